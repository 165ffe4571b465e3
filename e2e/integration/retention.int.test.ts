import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RetentionService } from '../../electron/main/services/retention/retention';
import { HighestSeen } from '../../electron/platform/clock';
import { appendAudit } from '../../electron/store/journal/audit';
import { sql } from '../../electron/store/sql/tag';
import { openWritable } from '../../electron/store/sqlcipher';
import { RETENTION } from '../../shared/domain/policy/retention';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';

const DAY_MS = 86_400_000;
const REGION = '3301';
let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;
/** What the server signed last, and the machine's clock: both as the test has them. */
let serverMs: number | null = null;
let clockMs = 0;
const startMs = Date.now();
const password = (): Uint8Array => new TextEncoder().encode('wang-wei-2026');
const services = () => rig.office.demandServices();

/** The service over the desk's real store; only the server's word and the clock are the test's. */
function serviceAt(): RetentionService {
  const { store, sessions } = services();
  return new RetentionService({
    store,
    asOf: async () => serverMs,
    sessions,
    events: { emit: (name, payload) => void rig.events.push({ name, payload }) },
    clock: new HighestSeen({ nowMs: () => clockMs, monotonicMs: () => clockMs }),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    isEmergency: () => false,
    purgeFormer: (beforeMs) => services().formerOffices.purge(beforeMs),
  });
}

/** The journal beside the store that has it open. */
function withJournal<T>(act: (db: ReturnType<typeof openWritable>) => T): T {
  const key = services().sessions.demand().keys.copy('journal');
  const path = join(rig.userData, 'office', 'journal.db');
  const db = openWritable({ path, key, cacheMb: 8, mayCreate: false, isDurable: true });
  try {
    return act(db);
  } finally {
    db.close();
  }
}

/** Look-ups that reach the end of their term so many days after the start. */
function lookUps(endsInDays: readonly number[]): void {
  withJournal((db) =>
    db.transaction(() => {
      for (const days of endsInDays) {
        const atMs = startMs - RETENTION.lookUpsMs + days * DAY_MS - 1;
        db.run(
          sql`insert into query_log (atMs, userId, kind, text, count, auditSeq) values (${atMs}, 'u1', 'query', ${`term ${days}`}, 1, 1)`,
        );
      }
    }),
  );
}
const left = (): number =>
  withJournal((db) => Number(db.value(sql`select count(*) from query_log where userId = 'u1'`)));
const lastPurge = (): Record<string, unknown> =>
  withJournal((db) =>
    JSON.parse(
      String(
        db.value(
          sql`select payload from audit where kind = 'retention' order by seq desc limit 1`,
        ) ?? '{}',
      ),
    ),
  );
const purges = (): number =>
  withJournal((db) => Number(db.value(sql`select count(*) from audit where kind = 'retention'`)));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-retention-'));
  central = await startCentral({ dir: join(folder, 'central') });
  await central.seed({ region: REGION, certificates: 60 });
  rig = await startDeskRig();
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [
      { badge: 'H1', name: '沈怀谨', role: 'head' },
      { badge: 'I1', name: '王伟', role: 'inspector' },
      { badge: 'S1', name: '周正', role: 'security-admin' },
    ],
  });
  await rig.office.enrol({ address: central.url, code, password: password() });
  services().sync.start();
  await services().sync.settled();
  for (const badge of ['I1', 'S1']) await services().people.add(badge, password());
});
beforeEach(() => {
  serverMs = startMs;
  clockMs = startMs;
});
afterAll(async () => {
  await rig?.close();
  await central?.close();
  await rm(folder, { recursive: true, force: true });
});

describe.sequential('retention by itself', () => {
  // Would catch: a purge that reckons with a machine's clock alone, which anybody may set.
  it('does nothing before the server told the time', async () => {
    lookUps([-10, 20, 60, 200]);
    serverMs = null;
    const service = serviceAt();
    expect(await service.status()).toMatchObject({
      held: 'no-time',
      next: null,
      last: null,
      mayRun: false,
    });
    expect(await service.runIfDue()).toBe(false);
    expect(left()).toBe(4);
  });

  // Would catch: a machine off for months, or a clock set forward, that empties the log in one go; a preview that
  // says other than what then happens; counts that nobody can read afterwards.
  it('goes one step beyond the server at most while the clock runs ahead, and says so', async () => {
    clockMs = startMs + 100 * DAY_MS;
    const service = serviceAt();
    const before = await service.status();
    expect(before).toMatchObject({ held: 'clock-ahead', mayRun: true });
    expect(before.next).toMatchObject({ lookUps: 2, payloads: 0, batches: 0 });
    expect(before.next?.lookUpsBeforeMs).toBe(startMs + RETENTION.stepMs - RETENTION.lookUpsMs);
    expect(left()).toBe(4);
    service.start();
    expect(() => service.start()).toThrow('BUSY');
    await service.settled();
    expect(left()).toBe(2);
    const after = await service.status();
    expect(after.next).toMatchObject({ lookUps: 0, payloads: 0, batches: 0 });
    expect(after.last).toMatchObject({ lookUps: 2, payloads: 0, batches: 0 });
    expect(lastPurge()).toMatchObject({
      lookUps: 2,
      lookUpsBeforeMs: before.next?.lookUpsBeforeMs,
    });
    expect(rig.events.some(({ name }) => name === 'retention.changed')).toBe(true);
    expect((await services().store.call('auditVerify', {})).isIntact).toBe(true);
  });

  // Would catch: records that stay for months after a sync because the purge only moves a step a day; a second purge
  // on the same day; an entry about nothing.
  it('catches up as soon as the server is heard again, once a day', async () => {
    clockMs = startMs + 100 * DAY_MS;
    serverMs = clockMs;
    const service = serviceAt();
    expect(await service.runIfDue()).toBe(true);
    expect(left()).toBe(1);
    expect((await service.status()).held).toBeNull();
    const entries = purges();
    expect(await service.runIfDue()).toBe(false);
    clockMs += 21 * 3_600_000;
    expect(await service.runIfDue()).toBe(true);
    expect(purges()).toBe(entries);
    expect((await service.status()).last).toMatchObject({ lookUps: 0 });
    expect(left()).toBe(1);
  });

  // Would catch: audit entries whose header goes with their content, or contents of other acts that go too.
  it('takes the content of look-ups out of the audit log, and the chain verifies', async () => {
    const device = 'd1';
    const atMs = startMs - RETENTION.lookUpsMs;
    // In a journal of its own time: the chain is in the order of writing.
    withJournal((db) => {
      for (const kind of ['query', 'login', 'view'])
        appendAudit(db, device, { kind, actor: 'u1', payload: { text: '王伟' } }, atMs);
      // Everything before has to be past its term for the walk to reach them.
      db.run(
        sql`insert or replace into fact values ('retention.seq', (select max(seq) - 3 from audit))`,
      );
    });
    clockMs = startMs + 102 * DAY_MS;
    serverMs = clockMs;
    const service = serviceAt();
    expect((await service.status()).next).toMatchObject({ payloads: 2 });
    service.start();
    await service.settled();
    expect((await service.status()).last).toMatchObject({ payloads: 2 });
    const kept = withJournal((db) =>
      db.all(
        sql`select kind from audit where actor = 'u1' and payload is not null and atMs = ${atMs}`,
      ),
    );
    expect(kept.map(([kind]) => kind)).toEqual(['login']);
    expect((await services().store.call('auditVerify', {})).isIntact).toBe(true);
  });

  // Would catch: a lock amid a purge that loses what was counted, or whose rest nobody takes.
  it('goes on in a later session where a lock broke it off, as one purge', async () => {
    lookUps(Array.from({ length: 4000 }, () => -1));
    clockMs = startMs + 110 * DAY_MS;
    serverMs = clockMs;
    const service = serviceAt();
    const entries = purges();
    service.start();
    while ((await service.status()).running?.lookUps === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    service.closing();
    await service.settled();
    expect(left()).toBeGreaterThan(1);
    expect(purges()).toBe(entries);
    await rig.office.lock('person');
    expect(await rig.office.open({ badge: 'I1', password: password() })).toMatchObject({
      outcome: 'opened',
    });
    const later = serviceAt();
    expect((await later.status()).mayRun).toBe(false);
    expect(await later.runIfDue()).toBe(true);
    expect(left()).toBe(1);
    expect(lastPurge()).toMatchObject({ lookUps: 4000 });
    expect(purges()).toBe(entries + 1);
    expect((await services().store.call('auditVerify', {})).isIntact).toBe(true);
  });

  // Would catch: an administrator who makes records disappear that he may not even read.
  it('leaves everything to those who may read it', async () => {
    lookUps([-1]);
    const before = left();
    await rig.office.lock('person');
    expect(await rig.office.open({ badge: 'S1', password: password() })).toMatchObject({
      outcome: 'opened',
    });
    clockMs = startMs + 120 * DAY_MS;
    serverMs = clockMs;
    const service = serviceAt();
    expect(await service.status()).toMatchObject({ held: 'role', next: null, mayRun: false });
    expect(await service.runIfDue()).toBe(false);
    expect(() => service.start()).toThrow('FORBIDDEN');
    const cuts = { lookUpsBeforeMs: clockMs, batchesBeforeMs: clockMs };
    const { store } = services();
    await expect(store.call('retentionPurge', { ...cuts, actor: 'S1' })).rejects.toThrow(
      'FORBIDDEN',
    );
    await expect(store.call('retentionPreview', cuts)).rejects.toThrow('FORBIDDEN');
    expect(left()).toBe(before);
  });
});
