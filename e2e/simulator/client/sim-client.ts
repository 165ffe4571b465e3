import { randomBytes } from 'node:crypto';
import { KeyRing } from '../../../electron/crypto/key-ring';
import { packTransport, TransportRing } from '../../../electron/crypto/transport-ring';
import type { ProcessLink } from '../../../electron/main/clients/process-link';
import { OutboxService } from '../../../electron/main/services/outbox/outbox';
import { ByteBudget } from '../../../electron/main/services/sync/byte-budget';
import type { LineSetup } from '../../../electron/main/services/sync/line';
import { proofOf } from '../../../electron/main/services/sync/status';
import { SyncService } from '../../../electron/main/services/sync/sync';
import type { Timing } from '../../../electron/main/services/sync/timing';
import { makeDeviceKey } from '../../../electron/main/services/unlock/device-keys';
import type { OfficeFile } from '../../../electron/main/services/unlock/office-file';
import { type OpenSession, SessionHolder } from '../../../electron/main/services/unlock/session';
import { IngestDesk } from '../../../electron/main/workers/ingest-desk';
import type { IngestRequest } from '../../../electron/main/workers/ingest-protocol';
import { HighestSeen } from '../../../electron/platform/clock';
import { AppError } from '../../../shared/errors/app-error';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import { base32FromBytes } from '../../../shared/kernel/codecs';
import type { DeviceAct } from '../../../shared/protocol/commands';
import type { Signing } from '../server/authority';
import { Host, running } from '../world/host';
import { world } from '../world/world';
import { SimDisk } from './sim-disk';
import { SimStore } from './sim-store';
import { SimTransport } from './sim-transport';

/** Codes that mean a defect of the program, whatever the line did. */
const DEFECTS = ['INTERNAL', 'STATEMENT_INVALID', 'OUTBOX_DIFFERS', 'LOCKED'];

/** A simulated device: the real services of synchronisation and outbox on a simulated machine. */
export class SimClient {
  readonly host: Host;
  readonly disk = new SimDisk();
  readonly deviceKey = makeDeviceKey();
  /** Marks of the commands that were acknowledged to the person. */
  readonly told: string[] = [];
  /** What must not happen and did. */
  readonly defects: string[] = [];
  store: SimStore;
  sync: SyncService;
  private sessions: SessionHolder;
  private outbox: OutboxService;
  clock: HighestSeen;
  /** The program runs: one that has ended can be asked for nothing until it starts again. */
  private isRunning = false;
  /** The session is open: before that nothing can be told. */
  private isReady = false;
  private acts = 0;
  private ids = 0;

  constructor(
    readonly device: string,
    private readonly signing: Signing,
    private readonly region: string,
  ) {
    this.host = new Host(device);
    ({
      store: this.store,
      sync: this.sync,
      sessions: this.sessions,
      outbox: this.outbox,
      clock: this.clock,
    } = this.assemble());
  }

  /** Runs something as this device's program. */
  inside(act: () => unknown): void {
    running.run(this.host.life, () => void act());
  }

  /** The program begins on what its disk has. */
  start(): void {
    this.isRunning = true;
    this.isReady = false;
    this.inside(async () => {
      Object.assign(this, this.assemble());
      const session = this.session();
      this.sessions.open(session);
      await this.outbox.opened(session);
      this.isReady = true;
      await this.sync.opened(session);
    });
  }

  /** The program ends at once; with the power what was not on the disk goes too. */
  crash(losesPower: boolean): void {
    this.host.crash();
    this.isRunning = false;
    this.isReady = false;
    const { chance } = world();
    if (losesPower) this.host.files.losePower(() => chance.next());
  }

  /** Asks for a run, as a person does. */
  askSync(): void {
    if (!this.isRunning) return;
    this.inside(() => {
      try {
        this.sync.start();
      } catch (error) {
        this.failed('sync.start', error);
      }
    });
  }

  cancel(): void {
    if (!this.isRunning) return;
    this.inside(() => this.sync.cancel());
  }

  verify(): void {
    if (!this.isRunning) return;
    this.inside(async () => {
      try {
        if (this.store.stateNow().hasSlice) await this.sync.verify();
      } catch (error) {
        this.failed('verify', error);
      }
    });
  }

  /** Tells the server of an act; the mark is kept once the device says that it is recorded. */
  tell(): void {
    if (!this.isReady) return;
    this.inside(async () => {
      const lease = `${this.device}-${++this.acts}`;
      const act: DeviceAct = {
        act: 'lease-renewed',
        directive: null,
        persons: [],
        lease,
        atMs: Date.now(),
      };
      try {
        await this.outbox.tellAct(act, this.ulid());
        this.told.push(lease);
        world().note(`${this.device} told ${lease}`);
      } catch (error) {
        this.failed('outbox', error);
      }
    });
  }

  /** What its program takes for the time, UTC ms. */
  timeSeen(): number {
    return running.run(this.host.life, () => this.clock.highestMs());
  }

  get proof() {
    const state = this.store.stateNow();
    const { payload } = (state.signed ?? {}) as { readonly payload?: string };
    // Of this very state: the signature itself is checked by the run that took it.
    const signed = JSON.parse(payload ?? 'null') as { readonly base?: unknown } | null;
    const isOfThis =
      signed !== null &&
      [signed, signed.base].some(
        (one) => canonicalJson(one ?? null) === canonicalJson(state.checkpoint),
      );
    return proofOf(state, {
      seal: isOfThis ? 'signed' : 'absent',
      isOlder: false,
      names: 'equal',
      moves: 'equal',
    });
  }

  close(): void {
    this.host.crash();
    this.disk.close();
  }

  private ulid(): string {
    const bytes = Buffer.alloc(17);
    bytes.writeUInt32BE(++this.ids, 0);
    bytes.write(this.device, 4, 'latin1');
    return `0${base32FromBytes(bytes).replace(/[^0-9A-HJKMNP-TV-Z]/g, '0')}`
      .slice(0, 26)
      .padEnd(26, '0');
  }

  private failed(what: string, error: unknown): void {
    const code = error instanceof AppError ? error.code : String(error);
    world().note(`${this.device} ${what}: ${code}`);
    const isDefect = !(error instanceof AppError) || DEFECTS.includes(error.code);
    if (isDefect)
      this.defects.push(`${what}: ${code} ${error instanceof Error ? (error.stack ?? '') : ''}`);
  }

  private assemble() {
    const { signing, device } = this;
    const clock = new HighestSeen({
      nowMs: () => Date.now(),
      monotonicMs: () => world().elapsedMs,
    });
    const packed = packTransport([signing.region], 'transportPublic');
    const store = new SimStore(this.disk, device, new TransportRing(packed));
    const sessions = new SessionHolder();
    const say = (text: string, fields?: unknown) =>
      world().note(`${device} ${text} ${JSON.stringify(fields ?? {})}`);
    const log = {
      info: say,
      warn: say,
      error: (text: string, fields?: unknown) => {
        say(text, fields);
        this.defects.push(`${text} ${JSON.stringify(fields ?? {})}`);
      },
    };
    const outbox = new OutboxService({
      store,
      sessions,
      log,
      nowMs: () => Date.now(),
      mirrorPath: '/outbox.sealed',
      handOut: async () => false,
      onAppended: () => sync.outboxChanged(),
    });
    const timing: Timing = {
      nowMs: () => Date.now(),
      random: () => world().chance.next(),
      sleep: sleepUnless,
    };
    const line: LineSetup = {
      timing,
      budget: new ByteBudget(timing),
      transport: () => new SimTransport(),
    };
    let counter = 0n;
    const sync: SyncService = new SyncService({
      reports: { send: async () => undefined },
      store,
      sessions,
      events: { emit: () => undefined },
      log,
      clock,
      isEmergency: () => false,
      cacheDir: '/cache',
      incomingDir: '/incoming',
      counters: {
        take: async (count) => {
          const first = counter;
          counter += BigInt(count);
          return first;
        },
      },
      startIngest: ingestLink,
      freshnessDays: 7,
      outbox,
      mayLoad: () => true,
      heldStatements: () => [],
      office: () => this.session().office,
      saveCertificates: async () => undefined,
      saveOffice: async () => undefined,
      policy: () => ({ isMetered: false, isPaused: false }),
      resume: () => undefined,
      line,
      onConnection: () => undefined,
    });
    return { store, sync, sessions, outbox, clock };
  }

  private session(): OpenSession {
    const { signing, region } = this;
    const office = {
      deviceId: this.device,
      office: { code: `${region}00`, name: '模拟应急管理局', region },
      keyEpoch: 1,
      endpoints: ['https://one.invalid', 'https://two.invalid'],
      ca: signing.caPem,
      tlsCertificate: '',
      statementCertificate: signing.statementPem,
      boxCertificate: signing.boxPem,
      statements: [],
    } as unknown as OfficeFile;
    const keys = new KeyRing({
      field: FIELD_KEY,
      region: signing.region.digestTag,
      transportPublic: signing.region.transportPublic,
      transportPrivate: signing.region.transportPrivate,
      deviceTls: this.deviceKey.privateDer,
      deviceSign: this.deviceKey.privateDer,
    });
    const view = {
      userId: 'u1',
      badge: 'A1',
      name: '王伟',
      role: 'inspector',
      regions: [region],
    } as const;
    return { view, keys, office, leaseUntilMs: null, roleUntilMs: 0 } as unknown as OpenSession;
  }
}

const FIELD_KEY = randomBytes(32);

/** Sleeps in the world's time; an aborted sleep rejects as the real one does. */
function sleepUnless(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      one.cancel();
      reject(Object.assign(new Error('aborted'), { name: 'AbortError', code: 'ABORT_ERR' }));
    };
    const one = world().after(ms, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** The ingest worker beside the program: the real one's work, its channel simulated. */
function ingestLink(): ProcessLink {
  const desk = new IngestDesk();
  const exits: ((code: number | null) => void)[] = [];
  let listener: ((message: unknown) => void) | null = null;
  let isEnded = false;
  const say = (message: unknown) =>
    world().after(world().chance.between(0, 5), () => {
      if (!isEnded) listener?.(message);
    });
  say({ point: desk.point });
  return {
    post: (message) =>
      void world().after(1, async () =>
        say(await world().outsideWork(desk.answer(message as IngestRequest))),
      ),
    onMessage: (one) => {
      listener = one;
    },
    onExit: (one) => void exits.push(one),
    kill: () => {
      isEnded = true;
      world().after(1, () => {
        for (const one of exits) one(null);
      });
    },
  };
}
