import { createHash, webcrypto, X509Certificate } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { AppError } from '../../../../shared/errors/app-error';
import { enrolProofText, PATHS, regionKeysContext } from '../../../../shared/protocol/endpoints';
import {
  type EnrolAnswer,
  EnrolAnswerSchema,
  type EnrolRequest,
} from '../../../../shared/protocol/enrol';
import { parseEnrolCode } from '../../../../shared/protocol/enrol-code';
import { type BoxSubtle, openBox } from '../../../../shared/protocol/sealed-box';
import type { RoleStatement } from '../../../../shared/protocol/signed-statement';
import type { Argon2Parameters } from '../../../crypto/kdf';
import { randomKey } from '../../../crypto/key-bytes';
import { KeyRing, type Keys } from '../../../crypto/key-ring';
import { Keyslots } from '../../../crypto/keyslots';
import type { MachineSecretProvider } from '../../../crypto/machine-secret';
import type { RecoveryParts } from '../../../crypto/recovery-slot';
import { CONTROL_KEY_USE } from '../control/control-key';
import { MachineSeal } from '../control/machine-seal';
import { isEnrolmentClosed } from '../managed/policy';
import type { NowMs } from '../ports';
import { Line, type LineSetup } from '../sync/line';
import type { FindWays } from '../sync/transport/proxy';
import type { PinnedKey, TokenSecret } from '../tokens/token-secret';
import { type DeviceKey, makeDeviceKey, signEs256 } from './device-keys';
import { findAuthority } from './enrol-probe';
import type { KeptAnswer } from './kept-answer';
import { type OfficeFile, readOffice, writeOffice } from './office-file';
import { type RegionKeyBytes, readRegionKeys } from './region-keys';
import { slotOffice } from './slot-office';
import { demandStrength, withNewSlot } from './slot-person';
import { StatementChecks } from './statement-checks';
import { type InForce, statementsInForce } from './statements';

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export interface EnrolPlace {
  readonly officeDir: string;
  readonly officeFile: string;
  readonly keyslots: string;
  readonly controlKey: string;
}

export interface EnrolParts {
  readonly nowMs: NowMs;
  readonly machine: MachineSecretProvider;
  readonly kdf: () => Promise<Argon2Parameters>;
  /** Version of this program. */
  readonly program: string;
  /** The runtime may hold practice offices of this machine only (boot/runtime.ts). */
  readonly isFallback: boolean;
  readonly opensRealOffices: boolean;
  /** Wire and ways to the server; straight where absent. */
  readonly line?: LineSetup | undefined;
  readonly findWays?: FindWays | undefined;
  /** What the administrator of the machine has set: no other server, no other authority. */
  readonly managed?: {
    readonly server?: string | undefined;
    readonly authority?: string | undefined;
    /** What of it cannot count: where it would bind the enrolment there is none until it is mended. */
    readonly faults?: readonly string[] | undefined;
  };
  readonly kept: KeptAnswer<EnrolKeys>;
  /** Makes a connected U-Key's part of the slot. Throws the token's codes. */
  readonly tokenSecret: (token: PinnedKey) => Promise<TokenSecret>;
}

export interface EnrolInput {
  readonly address: string;
  readonly code: string;
  readonly password: Uint8Array;
  readonly token?: PinnedKey | undefined;
}

export interface Enrolled {
  readonly office: OfficeFile;
  readonly badge: string;
  readonly firstSecrets: FirstSecrets;
}

/** What exists in the open once only; whoever takes it over zeroes it. */
export interface FirstSecrets {
  readonly recovery: RecoveryParts;
  /** First key of the journal's audit ratchet. */
  readonly auditKey: Uint8Array;
}

/**
 * Enrols this device: the one-time code names the authority, the authority vouches for the server,
 * the server certifies the device's new keys and seals the region's keys to them. The office exists
 * once office.json is written, as the last step. The caller zeroes `password`.
 */
export async function enrol(
  place: EnrolPlace,
  input: EnrolInput,
  parts: EnrolParts,
): Promise<Enrolled> {
  if ((await readOffice(place.officeFile)) !== null) throw new AppError('ENROL_ALREADY');
  const parsed = parseEnrolCode(input.code);
  if (!parsed.ok) throw new AppError('ENROL_CODE_MALFORMED', {}, parsed.error);
  const code = parsed.value;
  const address = parseAddress(input.address);
  if (parts.isFallback && !isLoopback(address)) throw new AppError('FALLBACK_RESTRICTED');
  demandManagedServer(address, parts);
  const ca = await findAuthority(address, code.caPrefix, parts.findWays);
  demandManagedAuthority(ca, parts);

  // Kept before they are asked with: an answer that is lost, by the line or a crash, is asked for again with the same keys.
  const { device, answer: before } = await parts.kept.begin(code.secret, freshKeys);
  const answer =
    before ?? (await certify(address, ca, requestOf(code.secret, device, parts), parts));
  parts.kept.answered(code.secret, answer);
  const checks = new StatementChecks(answer.ca, answer.statementCertificate);
  if (normalPem(answer.ca) !== normalPem(ca)) throw new AppError('ENROL_SERVER_MISMATCH');
  const inForce = await statementsInForce(answer, checks, parts.nowMs());
  const { office: statement } = inForce;
  const person = slipUser(inForce, answer.user);
  if (statement === null || person === undefined) throw new AppError('STATEMENT_INVALID');
  if (!parts.opensRealOffices && !statement.isPractice) throw new AppError('FALLBACK_RESTRICTED');
  demandStrength(input.password, statement.minPasswordLength);
  if (statement.factors.includes('token') && input.token === undefined)
    throw new AppError('ENROL_TOKEN_NEEDED');
  const token = input.token === undefined ? undefined : await parts.tokenSecret(input.token);

  const region = await openRegionKeys(answer, device.box);
  const keys = newKeys(region, device);
  let firstSecrets: FirstSecrets;
  try {
    const { password } = input;
    const recovery = await makeKeyslots(place, answer, inForce, keys, { password, token }, parts);
    firstSecrets = { recovery, auditKey: keys.copy('audit') };
    await keepControlKey(place, answer, device.control, parts.machine);
  } finally {
    keys.zero();
    token?.secret.fill(0);
  }
  const office: OfficeFile = {
    format: 'fieldcert-office',
    version: 1,
    deviceId: answer.deviceId,
    isPractice: statement.isPractice,
    office: answer.office,
    keyEpoch: region.keyEpoch,
    endpoints: answer.endpoints,
    ca,
    tlsCertificate: answer.tlsCertificate,
    ...(answer.controlCertificate === undefined
      ? {}
      : { controlCertificate: answer.controlCertificate }),
    statementCertificate: answer.statementCertificate,
    boxCertificate: answer.boxCertificate,
    statements: answer.statements,
    enrolledMs: parts.nowMs(),
    hasJournal: false,
  };
  await writeOffice(place.officeFile, office);
  await parts.kept.done();
  return { office, badge: person.badge, firstSecrets };
}

/** Throws ENROL_NOT_MANAGED, ENROL_MANAGED_FAULTY. */
function demandManagedServer(address: URL, { managed }: EnrolParts): void {
  if (managed !== undefined && isEnrolmentClosed(managed))
    throw new AppError('ENROL_MANAGED_FAULTY', {
      fields: (managed.faults ?? []).join(', ').slice(0, 200),
    });
  const { server } = managed ?? {};
  if (server !== undefined && new URL(server).origin !== address.origin)
    throw new AppError('ENROL_NOT_MANAGED', {}, address.host);
}

/** By the fingerprint that the centre and its slips print: SHA-256 of the authority's SPKI. Throws ENROL_NOT_MANAGED. */
function demandManagedAuthority(ca: string, { managed }: EnrolParts): void {
  const { authority } = managed ?? {};
  if (authority === undefined) return;
  const spki = new X509Certificate(ca).publicKey.export({ format: 'der', type: 'spki' });
  const digest = createHash('sha256').update(spki).digest('hex');
  if (digest !== authority) throw new AppError('ENROL_NOT_MANAGED', {}, digest);
}

function parseAddress(text: string): URL {
  const typed = text.trim();
  try {
    const url = new URL(typed.includes('://') ? typed : `https://${typed}`);
    if (url.protocol !== 'https:' || url.username !== '' || url.hostname === '') throw new Error();
    return url;
  } catch {
    throw new AppError('INPUT_INVALID', { field: 'address' });
  }
}

/** Addresses of this machine only; a name that merely resolves to it does not count. */
export function isLoopback(url: URL): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}

/** Keys of a device before it enrols. */
export interface EnrolKeys extends Readonly<Record<string, DeviceKey>> {
  readonly tls: DeviceKey;
  readonly box: DeviceKey;
  readonly sign: DeviceKey;
  readonly control: DeviceKey;
}

const freshKeys = (): EnrolKeys => ({
  tls: makeDeviceKey(),
  box: makeDeviceKey(),
  sign: makeDeviceKey(),
  control: makeDeviceKey(),
});

function requestOf(secret: string, device: EnrolKeys, { program }: EnrolParts): EnrolRequest {
  const { publicText: tlsKey } = device.tls;
  const { publicText: boxKey } = device.box;
  const { publicText: signKey } = device.sign;
  const { publicText: controlKey } = device.control;
  const claim = enrolProofText(secret, tlsKey, boxKey, signKey, controlKey);
  const proof = signEs256(device.tls.privateDer, Buffer.from(claim, 'utf8')).toString('base64');
  const name = hostname().slice(0, 80) || 'device';
  return { secret, device: { name, tlsKey, boxKey, signKey, controlKey, proof }, program };
}

/** Has the keys certified: the code is used up by it. The same request again gets the same answer. */
async function certify(
  address: URL,
  ca: string,
  request: EnrolRequest,
  { line: setup }: EnrolParts,
): Promise<EnrolAnswer> {
  const line = new Line({ endpoints: [address.origin], ca }, setup);
  try {
    const body = await line.json(
      { method: 'POST', isRepeatable: true, path: PATHS.enrol, body: request },
      MAX_ANSWER_BYTES,
    );
    const parsed = EnrolAnswerSchema.safeParse(body);
    if (!parsed.success) {
      throw new AppError('SYNC_PROTOCOL', {}, parsed.error.issues[0]?.path.join('.'));
    }
    return parsed.data;
  } catch (error) {
    throw enrolError(error, address);
  } finally {
    line.close();
  }
}

/** On the enrolment page the same failures of the line have wordings of their own. */
function enrolError(error: unknown, address: URL): unknown {
  if (!(error instanceof AppError)) return error;
  if (error.code === 'SYNC_UNREACHABLE' || error.code === 'SYNC_INTERRUPTED') {
    return new AppError('ENROL_UNREACHABLE', { address: address.host }, error.detail);
  }
  if (error.code === 'SYNC_SERVER_IDENTITY') {
    return new AppError('ENROL_SERVER_MISMATCH', {}, error.detail);
  }
  return error;
}

async function openRegionKeys(answer: EnrolAnswer, box: DeviceKey): Promise<RegionKeyBytes> {
  const opened = await openBox(
    webcrypto.subtle as unknown as BoxSubtle<webcrypto.CryptoKey>,
    box.privateDer,
    new Uint8Array(Buffer.from(answer.sealedKeys, 'base64')),
    regionKeysContext(answer.deviceId),
  );
  if (!opened.ok) throw new AppError('SYNC_PROTOCOL', {}, `sealed keys: ${opened.error}`);
  const keys = readRegionKeys(opened.value);
  if (keys === null || keys.region !== answer.office.region) {
    throw new AppError('SYNC_PROTOCOL', {}, 'region keys');
  }
  return keys;
}

/** All keys of the office on this device: those of the region, and fresh ones of its own. */
function newKeys(region: RegionKeyBytes, device: EnrolKeys): KeyRing {
  const keys: Keys = {
    journal: randomKey(),
    slice: randomKey(),
    field: randomKey(),
    audit: randomKey(),
    region: region.digestTag,
    transportPublic: region.transportPublic,
    transportPrivate: region.transportPrivate,
    deviceTls: device.tls.privateDer,
    deviceSign: device.sign.privateDer,
    deviceBox: device.box.privateDer,
  };
  const ring = new KeyRing(keys);
  for (const key of Object.values(keys)) key.fill(0);
  return ring;
}

async function makeKeyslots(
  place: EnrolPlace,
  answer: EnrolAnswer,
  inForce: InForce,
  keys: KeyRing,
  { password, token }: { readonly password: Uint8Array; readonly token: TokenSecret | undefined },
  parts: EnrolParts,
): Promise<RecoveryParts> {
  const { office } = inForce;
  const person = slipUser(inForce, answer.user);
  if (person === undefined || office === null) throw new AppError('STATEMENT_INVALID');
  await mkdir(place.officeDir, { recursive: true, mode: 0o700 });
  // Left over from an enrolment that did not reach office.json: opens nothing that exists.
  await rm(place.keyslots, { force: true });
  const keyslots = Keyslots.create(
    place.keyslots,
    slotOffice(answer.office.code, answer.ca),
    answer.deviceId,
  );
  const kdf = await parts.kdf();
  const nowMs = parts.nowMs();
  await withNewSlot(
    { role: person, office, password, token, keys, kdf, nowMs },
    parts.machine,
    () => parts.machine.load(),
    (slot) => keyslots.createSlot(slot),
  );
  return keyslots.createRecovery(keys, nowMs);
}

/** The control key is sealed with the machine secret, in a file of its own: no person's slot opens it. */
async function keepControlKey(
  place: EnrolPlace,
  answer: EnrolAnswer,
  key: DeviceKey,
  machine: MachineSecretProvider,
): Promise<void> {
  if (answer.controlCertificate === undefined) return;
  const seal = await MachineSeal.make(machine, answer.deviceId);
  await seal.write(place.controlKey, CONTROL_KEY_USE, key.privateDer);
  seal.zero();
}

/**
 * Who types the code: the user that the slip names, of whom a signed statement must be in force; a
 * slip for the office as a whole opens for its first inspector by badge, or its head.
 */
function slipUser({ roles }: InForce, badge: string | null): RoleStatement | undefined {
  if (badge !== null) return roles.find((one) => one.badge === badge);
  const byBadge = [...roles].sort((a, b) => (a.badge < b.badge ? -1 : 1));
  const first = (role: RoleStatement['role']) => byBadge.find((one) => one.role === role);
  return first('inspector') ?? first('head') ?? byBadge[0];
}

function normalPem(pem: string): string {
  return pem.replace(/\s/g, '');
}
