import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { dayInShanghai } from '../shared/kernel/day';
import type { CodeAlgorithm } from '../shared/protocol/compact-code';
import type { TierRef } from '../shared/protocol/manifest';
import type { DirectiveStatement, SignedStatement } from '../shared/protocol/signed-statement';
import { attach, type NewAttachment } from './attachments/attach';
import { type BundleOrder, type MadeBundle, makeBundle } from './bundle/make-bundle';
import { type TakenOutgoing, takeOutgoing } from './bundle/take-outgoing';
import type {
  CentralOptions,
  EnrolOptions,
  MutateOptions,
  RegionStatus,
  SeedOptions,
} from './central-options';
import { ActDesk } from './control/act-desk';
import { AlertPolicyDesk } from './control/alert-policy-desk';
import { type DirectiveOrder, giveDirective, leaseFile } from './control/directives';
import { EndpointDesk } from './control/endpoint-desk';
import { type ImportedOutbox, importOutbox } from './control/import-outbox';
import { LevelDesk } from './control/level-desk';
import { MarkDesk } from './control/mark-desk';
import { type OutboxStanding, outboxStanding } from './control/outbox-standing';
import { performAct } from './control/perform-act';
import { ReviewDesk } from './control/review-desk';
import { type Agreed, demandTwo } from './control/two-persons-rule';
import { sweepGrants } from './cross-region/content';
import { createEnrolment, type Slip } from './enrol/enrolments';
import { readEvidence } from './evidence/evidence';
import { liveOn } from './generate/daily-life';
import { referencePackOf } from './generate/generate';
import { seedRegion } from './generate/seed';
import type { ServedParts } from './http/served-parts';
import { buildServer } from './http/server';
import { ImportDesk } from './imports/import-desk';
import { TrustDesk } from './imports/trust-desk';
import { movePerson, revokeCertificate } from './ingest/acts';
import { applyChanges } from './ingest/changes';
import { Authority } from './keys/authority';
import { fileKeys } from './keys/key-provider';
import { type SecretPlace, secretFolder, secretMemory } from './keys/secret-place';
import { StatementWriter } from './keys/statement-writer';
import { CodeKeyDesk } from './national/code-key-desk';
import { NationalDesk } from './national/national-desk';
import { type ReadSalvage, readSalvage, type SalvageSink } from './salvage/read-salvage';
import { noSms } from './sms/gateway';
import { StatisticsDesk } from './statistics/statistics-desk';
import { listAlerts, type ReportedAlert } from './store/alerts';
import { openDatabase } from './store/database';
import { type DeviceLag, readLag } from './store/device-contact';
import { countDevices, devicesOf, revokeDevice } from './store/devices';
import { type DirectiveStanding, directivesOf } from './store/directives';
import { lockFolder } from './store/folder-lock';
import { latestManifest } from './store/manifests';
import { changeOffice, endUser, type OfficeChange } from './store/offices';
import { listRoots } from './store/signer-roots';
import { findSlice, listSlices, readCounts } from './store/slices';
import { KeyDesk } from './sync/key-desk';
import { buildSnapshot, publishTiers } from './sync/manifests';
import { objectFolder, objectMemory } from './sync/object-store';
import { type Region, Regions } from './sync/regions';
import { startUpkeep } from './sync/upkeep';
import { ExportDesk } from './tickets/export-desk';

/** Orders that one list has. */
const MOST_DIRECTIVES = 200;
const TIER_ROWS = 8_000;
const LOOPBACK = ['localhost', '127.0.0.1', '::1'];
const seedFile = (region: string): string => `seed-${region}`;

/** One installation of the central server: its data, keys and, once listening, its HTTPS interface. */
export class Central {
  private server: FastifyInstance | undefined;
  private endUpkeep: () => Promise<void> = async () => undefined;
  private address = '';
  /** Tickets, codes, consent and policy of exports. */
  readonly exports: ExportDesk;
  /** Codes of certificates, and which of them are no longer in force. */
  readonly national: NationalDesk;
  /** Lists that offices handed in, and the keys that sign. */
  readonly imports: ImportDesk;
  private readonly actDesk: ActDesk;

  private constructor(
    private readonly parts: ServedParts,
    private readonly options: CentralOptions,
    private readonly secrets: SecretPlace,
    private readonly unlock: () => Promise<void>,
  ) {
    this.exports = new ExportDesk(parts);
    this.imports = new ImportDesk(parts);
    const { client, nowMs, keys } = parts;
    const perform = (act: Parameters<typeof performAct>[1], agreed: Agreed) =>
      performAct(this, act, agreed);
    const centre = parts.authority.fingerprint.toString('hex');
    this.actDesk = new ActDesk({ client, keys, centre, nowMs, perform });
    this.national = new NationalDesk(parts, secrets, options.name ?? 'FieldCert central');
  }

  /** Opens the database (and brings its schema up to date), the keys and the authority. Throws FolderInUse. */
  static async open(options: CentralOptions = {}): Promise<Central> {
    const { dir, waitMs = 0 } = options;
    const isShared = dir === undefined || options.databaseUrl !== undefined;
    const unlock = isShared ? async () => undefined : await lockFolder(dir, waitMs);
    try {
      return await Central.openUnlocked(options, unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  private static async openUnlocked(
    options: CentralOptions,
    unlock: () => Promise<void>,
  ): Promise<Central> {
    const { dir } = options;
    const nowMs = options.nowMs ?? Date.now;
    const secrets = dir === undefined ? secretMemory() : secretFolder(join(dir, 'keys'));
    const keys = fileKeys(secrets);
    const authority = await Authority.open(keys, secrets.read('ca.pem')?.toString('utf8'), nowMs());
    secrets.write('ca.pem', Buffer.from(authority.caPem));
    const client = await openDatabase({
      databaseUrl: options.databaseUrl,
      databaseSchema: options.databaseSchema,
      folder: dir === undefined ? undefined : join(dir, 'database'),
    });
    // What is named once counts from then on: a start without the option must not open the judgement.
    await new TrustDesk({ client, nowMs }).name(options.signerRoots ?? []);
    const kept = async (name: string, issue: () => Promise<string>): Promise<string> => {
      const before = secrets.read(name)?.toString('utf8');
      if (before !== undefined) return before;
      const pem = await issue();
      secrets.write(name, Buffer.from(pem));
      return pem;
    };
    let central: Central | undefined;
    const parts: ServedParts = {
      acts: () => {
        if (central === undefined) throw new Error('the centre is not open yet');
        return central.acts;
      },
      client,
      keys,
      authority,
      regions: new Regions(client, keys),
      statements: new StatementWriter(keys),
      objects: dir === undefined ? objectMemory() : objectFolder(join(dir, 'objects')),
      certificates: {
        statement: await kept('statement.pem', () => authority.issueStatement(nowMs())),
        box: await kept('box.pem', () => authority.issueBox(nowMs())),
      },
      endpoints: () => central?.endpoints() ?? [],
      nowMs,
      sms: options.sms ?? noSms,
      signerRoots: (await listRoots(client)).map(({ der }) => der),
      tierRows: options.tierRows ?? TIER_ROWS,
      log: options.log ?? (() => undefined),
      seen: options.seen ?? (() => undefined),
    };
    central = new Central(parts, options, secrets, unlock);
    await central.acts.sealFormer();
    return central;
  }

  /** `https://host:port`, once listening. */
  get url(): string {
    return this.address;
  }

  /** SHA-256 of the CA's public key, hex. */
  get caFingerprint(): string {
    return this.parts.authority.fingerprint.toString('hex');
  }

  get caPem(): string {
    return this.parts.authority.caPem;
  }

  /** Begins to answer; returns the address. */
  async listen(): Promise<string> {
    const { host = '127.0.0.1', port = 0, hostNames = [] } = this.options;
    const hosts = [
      ...new Set([...LOOPBACK, ...hostNames, ...(/^(0\.0\.0\.0|::)$/.test(host) ? [] : [host])]),
    ];
    const certificate = await this.parts.authority.issueServer(hosts, this.parts.nowMs());
    const identity = {
      certificate: certificate + this.caPem,
      key: this.parts.keys.tlsPrivateKey(),
      ca: this.caPem,
    };
    const server = buildServer(this.parts, identity, this.options.bodyMs);
    await server.listen({ host, port });
    this.server = server;
    this.endUpkeep = startUpkeep(this.parts, {
      grants: async () => void (await sweepGrants(this.parts)),
      national: async () => void (await this.national.publishWhenDue()),
      'told acts': () => this.acts.forget(),
      'former keys': () => this.regionKeys.retireDue(this.parts.log),
    });
    const bound = server.server.address() as AddressInfo;
    this.address = `https://${host.includes(':') ? `[${host}]` : /^0\.0\.0\.0$/.test(host) ? '127.0.0.1' : host}:${bound.port}`;
    return this.address;
  }

  /** Stops answering and closes the database. */
  async close(): Promise<void> {
    await this.server?.close();
    await this.endUpkeep();
    await this.parts.client.close();
    await this.unlock();
  }

  /** Generates a region's data, and a snapshot of it. */
  async seed({
    region: code,
    certificates,
    seed = '1',
    today,
    onProgress,
  }: SeedOptions): Promise<void> {
    const region = await this.parts.regions.open(code);
    // The reference tables must be those of the seed that made the rows.
    this.secrets.write(seedFile(code), Buffer.from(seed, 'utf8'));
    const options = {
      region: code,
      certificates,
      seed,
      today: today ?? dayInShanghai(this.parts.nowMs()),
    };
    await seedRegion(this.parts.client, this.parts.objects, region, options, (done) =>
      onProgress?.({ done, total: certificates }),
    );
    await this.snapshot(code);
  }

  /** Publishes a snapshot of a region as it is now. Throws RangeError for a region that is not there. */
  async snapshot(code: string): Promise<SignedStatement> {
    const region = await this.region(code);
    const seed = this.secrets.read(seedFile(code))?.toString('utf8') ?? '1';
    return buildSnapshot(this.parts, region, referencePackOf(code, seed));
  }

  /**
   * Builds a day's tier of a region up to now, and the week's and month's where they are due, and
   * publishes them. Empty when nothing changed since the last one. Throws RangeError.
   */
  async tiers(code: string): Promise<readonly TierRef[]> {
    return publishTiers(this.parts, await this.region(code));
  }

  /** True when a region has a snapshot that devices can load. */
  async hasSnapshot(code: string): Promise<boolean> {
    return (await latestManifest(this.parts.client, Number(code))) !== undefined;
  }

  /** Makes a one-time code for a further device of an office. */
  async createEnrolment(
    { code, name, region, isPractice, asksToken, jurisdiction, users, validMs }: EnrolOptions,
    agreed: Agreed | null = null,
  ): Promise<Slip> {
    await demandTwo(this.parts.client, 'enrolling a device and its people', agreed);
    const { slice } = await this.region(region);
    demandJurisdiction(jurisdiction);
    const office = {
      ...{ code: code ?? `${region}00`, name, slice, jurisdiction },
      ...(isPractice === undefined ? {} : { isPractice }),
      ...(asksToken === undefined ? {} : { asksToken }),
    };
    return createEnrolment(
      this.parts,
      office,
      users.map((user) => ({ ...user, userId: `${office.code}-${user.badge}` })),
      validMs,
    );
  }

  /**
   * Changes an office's name, whether its people unlock with a U-Key too, whose superior it is, or names and roles of its people. Throws
   * RangeError for an office or a person that is not here, and where nothing is told.
   */
  async changeOffice(
    code: string,
    change: OfficeChange,
    agreed: Agreed | null = null,
  ): Promise<void> {
    await demandTwo(this.parts.client, 'changing an office', agreed);
    demandJurisdiction(change.jurisdiction);
    if (Object.values(change).every((value) => value === undefined))
      throw new RangeError('nothing of the office is to be changed');
    const isThere = await this.parts.client.transaction((runner) =>
      changeOffice(runner, code, change),
    );
    if (!isThere) throw new RangeError(`no office ${code} here`);
  }

  /**
   * Ends a person's work in an office: their role is stated to no device any more. Throws RangeError where nobody of the
   * badge is there.
   */
  async endPerson(office: string, badge: string, agreed: Agreed | null = null): Promise<void> {
    await demandTwo(this.parts.client, 'ending a person’s work', agreed);
    const { client, nowMs } = this.parts;
    const isEnded = await client.transaction((runner) => endUser(runner, office, badge, nowMs()));
    if (!isEnded) throw new RangeError(`nobody of badge ${badge} in office ${office}`);
  }

  /** Changes data as its sources would. Throws RowMissing, RowsRefused or RangeError. */
  async mutate(options: MutateOptions, agreed: Agreed | null = null): Promise<void> {
    await demandTwo(this.parts.client, 'changing data of a region', agreed);
    const region = await this.region(options.region);
    const { client } = this.parts;
    const today =
      ('today' in options ? options.today : undefined) ?? dayInShanghai(this.parts.nowMs());
    if ('revoke' in options)
      await revokeCertificate(
        client,
        region,
        options.revoke,
        today,
        options.reason ?? '违章作业造成生产安全责任事故',
      );
    else if ('random' in options)
      await liveOn(client, region, options.random, options.seed ?? '1', today);
    else if ('movePerson' in options)
      await movePerson(
        client,
        region,
        await this.parts.regions.open(options.to),
        options.movePerson,
        today,
      );
    else
      await client.transaction((runner) =>
        applyChanges(runner, region.slice, region.leafOf, options.changes),
      );
  }

  /** Adds a photo, scan or e-certificate to a record. Throws RowMissing or RangeError. */
  async attach(
    region: string,
    attachment: NewAttachment,
  ): Promise<{ readonly id: number; readonly sha256: string }> {
    return attach(this.parts, await this.region(region), attachment);
  }

  /** The compact signed code of a certificate. Throws RangeError. */
  async codeOf(region: string, certificate: number, alg?: CodeAlgorithm): Promise<string> {
    return this.national.codeOf(await this.region(region), certificate, alg);
  }

  /** The contents that a device handed in with a command; undefined where they are not here. */
  readEvidence(device: string, sha256: string): Promise<Uint8Array | undefined> {
    return readEvidence(this.parts, device, sha256);
  }

  /** True when there was such a device. */
  async revokeDevice(id: string, agreed: Agreed | null = null): Promise<boolean> {
    await demandTwo(this.parts.client, 'revoking a device', agreed);
    return revokeDevice(this.parts.client, id);
  }

  /** Orders a device to lock or to be wiped; it comes with the device's next contact. Throws RangeError. */
  directives(device: string): Promise<readonly DirectiveStanding[]> {
    return directivesOf(this.parts.client, device, MOST_DIRECTIVES);
  }

  async directive(
    order: DirectiveOrder,
    agreed: Agreed | null = null,
  ): Promise<DirectiveStatement> {
    await demandTwo(this.parts.client, 'an order', agreed);
    return giveDirective(this.parts, order);
  }

  /** Text of a lease file for a device that cannot come online. Throws RangeError. */
  async leaseFile(
    device: string,
    agreed: Agreed | null = null,
  ): Promise<{ readonly text: string; readonly untilMs: number }> {
    await demandTwo(this.parts.client, 'a lease file', agreed);
    return leaseFile(this.parts, device);
  }

  /** Takes a device's sealed outbox from its file; repeating it changes nothing. Throws RangeError. */
  importOutbox(text: string): Promise<ImportedOutbox> {
    return importOutbox(this.parts, text);
  }

  /** Writes a bundle for a device that cannot come online. Throws RangeError. */
  async bundle(order: BundleOrder): Promise<MadeBundle> {
    await this.endpointsAgreed.demand(order.endpoints ?? []);
    return makeBundle(this.parts, order, (region) => this.snapshot(region));
  }

  /** Takes a device's outgoing bundle; repeating it changes nothing. Throws RangeError. */
  bundleIn(bytes: Uint8Array): Promise<TakenOutgoing> {
    return takeOutgoing(this.parts, bytes);
  }

  /** How far every device is behind, the longest silent first. */
  lag(): Promise<readonly DeviceLag[]> {
    return readLag(this.parts.client);
  }

  /**
   * Reads what an office saved of a damaged journal, with the key of this server. The folder is left as it is. Throws
   * SalvageRefused or SalvageUnreadable.
   */
  readSalvage(folder: string, sink: SalvageSink): Promise<ReadSalvage> {
    return readSalvage(this.parts.keys, folder, sink);
  }

  /** Changes of a region's keys. */
  get regionKeys(): KeyDesk {
    return new KeyDesk(this.parts, (region) => this.snapshot(region));
  }

  /** Yearly budgets of shared statistics. */
  get statistics(): StatisticsDesk {
    return new StatisticsDesk(this.parts);
  }

  /** Authorities whose signing certificates count. */
  get trust(): TrustDesk {
    return new TrustDesk(this.parts);
  }

  /** Administrative acts by two persons. */
  get acts(): ActDesk {
    return this.actDesk;
  }

  /** Ids of an office's devices, whatever their status. */
  async devicesOf(office: string): Promise<readonly string[]> {
    return (await devicesOf(this.parts.client, office)).map(({ id }) => id);
  }

  /** Thresholds of alerts. */
  get alertPolicy(): AlertPolicyDesk {
    return new AlertPolicyDesk(this.parts);
  }

  /** Sets of certificates that are under verification (核查中). */
  get marks(): MarkDesk {
    return new MarkDesk(this.parts);
  }

  /** Keys of other centres' codes. */
  get codeKeys(): CodeKeyDesk {
    return new CodeKeyDesk(this.parts.client, this.national);
  }

  /** Addresses that bundles may bring. */
  get endpointsAgreed(): EndpointDesk {
    return new EndpointDesk(this.parts);
  }

  /** Emergency levels of offices. */
  get levels(): LevelDesk {
    return new LevelDesk(this.parts);
  }

  /** Where persons decide on commands under review. */
  get review(): ReviewDesk {
    return new ReviewDesk(this.parts);
  }

  /** What devices reported of use out of the ordinary, of one office or of all, the newest first. */
  alerts(office: string | null): Promise<readonly ReportedAlert[]> {
    return listAlerts(this.parts.client, office);
  }

  /** How far a device's outbox is here, and what contradicted it. Throws RangeError for a device that is not there. */
  outboxOf(device: string): Promise<OutboxStanding> {
    return outboxStanding(this.parts.client, device);
  }

  async status(): Promise<{ readonly regions: readonly RegionStatus[]; readonly devices: number }> {
    const regions: RegionStatus[] = [];
    for (const slice of await listSlices(this.parts.client)) {
      const record = await findSlice(this.parts.client, slice);
      regions.push({
        region: String(slice),
        head: record?.head ?? 0,
        rows: await readCounts(this.parts.client, slice),
      });
    }
    return { regions, devices: await countDevices(this.parts.client) };
  }

  private endpoints(): readonly string[] {
    const { hostNames = [] } = this.options;
    const port = new URL(this.address).port;
    return [
      ...new Set([this.address, ...hostNames.map((name) => `https://${name}:${port}`)]),
    ].slice(0, 10);
  }

  private async region(code: string): Promise<Region> {
    const region = await this.parts.regions.find(Number(code));
    if (region === undefined) throw new RangeError(`no region ${code} here: seed it first`);
    return region;
  }
}

function demandJurisdiction(jurisdiction: string | undefined): void {
  if (jurisdiction !== undefined && !/^[1-9]\d(?:\d\d){0,2}$/.test(jurisdiction))
    throw new RangeError(`jurisdiction ${jurisdiction}: two, four or six digits`);
}
