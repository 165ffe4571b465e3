import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ownDirectives } from '../../electron/main/services/control/ask-control';
import type { OfficeFile } from '../../electron/main/services/unlock/office-file';
import { StatementChecks } from '../../electron/main/services/unlock/statement-checks';
import { statementsInForce } from '../../electron/main/services/unlock/statements';
import type { MarkWish } from '../../server/control/mark-desk';
import type { SqlClient } from '../../server/store/sql-client';
import { MAX_ALL_MARKED_IDS, NO_MARKS } from '../../shared/domain/marks/marks';
import type { RouteOutput } from '../../shared/ipc/contract';
import { dayInShanghai } from '../../shared/kernel/day';
import type { DirectiveStatement, SignedStatement } from '../../shared/protocol/signed-statement';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, enrolDesk } from './desk-rig';

const REGION = '3302';
const OFFICE = `${REGION}00`;
const BADGE = 'A1';
const HOUR_MS = 3_600_000;
const OTHER = 'https://127.0.0.1:1';
const password = () => new TextEncoder().encode('directives-2026');
type Kind = Exclude<DirectiveStatement['kind'], 'mark' | 'lift-mark' | 'set-level'>;
type More = { readonly endpoints?: readonly string[]; readonly hours?: number };

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;
let device = '';
let stranger = '';
const services = () => rig.office.demandServices();
const control = () => services().control;
const client = () => (central as unknown as { parts: { client: SqlClient } }).parts.client;
const order = (kind: Kind, more: More = {}, to = device) =>
  central.directive({ device: to, kind, reason: '测试', ...more });
const standing = async (seq: number) =>
  (await central.directives(device)).find((one) => one.seq === seq);
const known = (id: string) =>
  control()
    .status()
    .applied.find((one) => one.id === id);

/** An order as the server signed it. */
async function envelopeOf({ id }: DirectiveStatement): Promise<SignedStatement> {
  const [row] = await client().query<{ envelope: SignedStatement }>(
    'select envelope from directive where id = $1',
    [id],
  );
  if (row === undefined) throw new Error('no such order');
  return row.envelope;
}
/** Brings envelopes as a stick does. */
async function bring(...envelopes: readonly unknown[]): Promise<void> {
  const { office } = services().sessions.demand();
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  await control().take(await ownDirectives(checks, office, envelopes));
}
async function sync(): Promise<void> {
  const { sync: service } = services();
  await service.settled();
  service.start();
  await service.settled();
}
/** Acts on the device that the log has. */
const acts = async () =>
  (await services().store.call('auditPage', { before: null, limit: 4_000, filter: {} })).rows;
async function told(): Promise<readonly unknown[]> {
  const sent = await services().store.call('outboxPending', { from: 1, limit: 200 });
  return sent.filter(({ kind }) => kind === 'device-act');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-directives-'));
  central = await startCentral();
  await central.seed({ region: REGION, certificates: 60 });
  const office = { region: REGION, users: [{ badge: BADGE, name: '王伟', role: 'head' as const }] };
  const other = await enrolDesk(central, password(), office, { userData: join(folder, 'other') });
  stranger = other.device;
  await other.rig.close();
  const desk = await enrolDesk(central, password(), office, { userData: join(folder, 'desk') });
  ({ rig, device } = desk);
});
afterAll(async () => {
  await rig?.close();
  await central?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  if (services().sessions.view === null)
    await rig.office.open({ badge: BADGE, password: password() });
});

describe.sequential('orders of the centre beside lock and wipe', () => {
  // Bugs: a drill that changes something, that is carried out again at each contact, that the centre does not hear of.
  it('a drill is shown, acknowledged once and changes nothing', async () => {
    const before = JSON.stringify(services().sessions.demand().office.endpoints);
    const drill = await order('practise');
    await control().contact();
    await control().contact();
    expect(known(drill.id)).toMatchObject({ kind: 'practise', outcome: 'practised' });
    expect(
      control()
        .status()
        .applied.filter(({ id }) => id === drill.id),
    ).toHaveLength(1);
    expect(await standing(drill.seq)).toMatchObject({ outcome: 'practised', refused: null });
    expect((await rig.office.state()).phase).toBe('unlocked');
    expect(JSON.stringify(services().sessions.demand().office.endpoints)).toBe(before);
    expect(control().status().waitingReceipts).toBe(0);
    await sync();
    expect(await told()).toHaveLength(1);
    expect((await acts()).filter(({ kind }) => kind === 'device-act')).toHaveLength(1);
  });

  // Bugs: an order that is acknowledged and not carried out; one that acts on a locked desk; a later one that overtakes it.
  it('asks for a run, and waits with what follows until somebody is at the desk', async () => {
    const runs = async () => (await services().sync.status()).runs.length;
    await rig.office.lock('person');
    const wanted = await order('require-sync');
    const after = await order('practise');
    await control().contact();
    expect([known(wanted.id), known(after.id)]).toEqual([undefined, undefined]);
    expect(await standing(wanted.seq)).toMatchObject({ outcome: null });
    await rig.office.open({ badge: BADGE, password: password() });
    await services().sync.settled();
    const before = await runs();
    await control().contact();
    await services().sync.settled();
    expect(await runs()).toBeGreaterThan(before);
    expect(known(wanted.id)).toMatchObject({ outcome: 'done' });
    expect(await standing(after.seq)).toMatchObject({ outcome: 'practised' });
  });

  // Bug: an address that is not asked first, or one that takes the place of those that are known.
  it('puts another address before the known ones', async () => {
    const known_ = [...services().sessions.demand().office.endpoints];
    await order('switch-endpoint', { endpoints: [OTHER] });
    await control().contact();
    const { file } = rig.office as unknown as { readonly file: { endpoints: readonly string[] } };
    expect(file.endpoints[0]).toBe(OTHER);
    for (const address of known_) expect(file.endpoints).toContain(address);
    await expect(
      order('switch-endpoint', { endpoints: ['http://plain.example'] }),
    ).rejects.toThrow();
    await expect(order('practise', { endpoints: [OTHER] })).rejects.toThrow();
  });

  // Bugs: a lease that does not reach further; one of another device that is taken because its order was signed.
  it('renews the lease, by a lease of this device alone', async () => {
    const until = async () => {
      const { file } = rig.office as unknown as { file: OfficeFile };
      const checks = new StatementChecks(file.ca, file.statementCertificate);
      const { lease } = await statementsInForce(file, checks, rig.clock.highestMs());
      return lease?.issuedMs ?? 0;
    };
    const before = await until();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const given = await order('renew-lease');
    await bring(await envelopeOf(given));
    expect(known(given.id)).toMatchObject({ outcome: 'done' });
    expect(await until()).toBeGreaterThan(before);
    // Somebody who may sign orders puts another device's lease into ours.
    const { parts } = central as unknown as {
      parts: { statements: { sign(value: unknown): Promise<SignedStatement> } };
    };
    const foreign = await order('renew-lease', {}, stranger);
    const mixed = { ...given, id: foreign.id, seq: given.seq + 1, lease: foreign.lease };
    const former = await until();
    await bring(await parts.statements.sign(mixed));
    expect(known(foreign.id)).toMatchObject({ outcome: 'refused', refused: 'lease' });
    expect(await until()).toBe(former);
  });

  // Bugs: forged, foreign, old or late orders that are carried out; a refusal that nobody hears of, or hears of each time.
  it('refuses what is forged, of another device, expired, old or out of its turn, and says so once', async () => {
    const count = async () => (await acts()).filter(({ kind }) => kind === 'device-act').length;
    const good = await envelopeOf(await order('practise'));
    const late = await order('practise');
    const newest = await order('practise');
    const flipped = good.sig.startsWith('A') ? `B${good.sig.slice(1)}` : `A${good.sig.slice(1)}`;
    const forged = { ...good, sig: flipped };
    const bent = { ...good, payload: good.payload.replace('practise', 'wipe') };
    const foreign = await envelopeOf(await order('practise', {}, stranger));
    const before = await count();
    const applied = control().status().applied.length;
    await bring(forged, bent, foreign, { any: 'thing' });
    expect(control().status().applied).toHaveLength(applied);
    expect((await rig.office.state()).phase).toBe('unlocked');
    expect(await count()).toBe(before + 4);
    await bring(forged, bent, foreign);
    expect(await count()).toBe(before + 4);
    // The newest first: what was given before it comes out of its turn.
    await bring(await envelopeOf(newest));
    await bring(await envelopeOf(late));
    expect(known(newest.id)).toMatchObject({ outcome: 'practised' });
    expect(known(late.id)).toMatchObject({ outcome: 'refused', refused: 'order' });
    // What was carried out comes again: nothing is done, the same is told.
    const length = control().status().applied.length;
    await bring(await envelopeOf(newest), await envelopeOf(late));
    expect(control().status().applied).toHaveLength(length);
    const short = await order('practise', { hours: 1 });
    rig.clock.learn(Date.now() + 2 * HOUR_MS);
    await bring(await envelopeOf(short));
    expect(known(short.id)).toMatchObject({ outcome: 'refused', refused: 'expired' });
    await control().contact();
    expect(await standing(newest.seq)).toMatchObject({ outcome: 'practised' });
    expect(await standing(late.seq)).toMatchObject({ outcome: 'refused', refused: 'order' });
    expect(await standing(short.seq)).toMatchObject({ outcome: 'refused', refused: 'expired' });
    await sync();
    const { verdicts } = await central.outboxOf(device);
    expect(verdicts).not.toHaveProperty('rejected');
  });
});

describe.sequential('orders that mark certificates as 核查中', () => {
  const ask = async <T>(route: string, input: unknown): Promise<T> => {
    const { data } = (await services().store.call('portRequest', { route, input })) as { data?: T };
    if (data === undefined) throw new Error(`no answer to ${route}`);
    return data;
  };
  const list = () =>
    ask<RouteOutput<'search.query'>>('search.query', {
      ...{ text: '', filter: {}, offset: 0, limit: 100 },
    });
  const statusOf = async (id: number) =>
    (await list()).items.find((item) => item.id === id)?.validity.status;
  const boardCount = async () =>
    (
      await ask<RouteOutput<'boards.query'>>('boards.query', {
        filter: {},
        day: dayInShanghai(rig.clock.highestMs()),
      })
    ).byStatus['under-verification'] ?? 0;
  const applied = (kind: string) =>
    control()
      .status()
      .applied.filter((one) => one.kind === kind);
  let usable = 0;
  let ended = 0;
  let marked = '';

  // Bugs: a place that reads the row without its mark, a marked certificate that counts as in force, a mark that repairs itself
  // away, one that makes what is bad look better.
  it('are what every place of the desk reads, and change no row', async () => {
    const { items, byStatus } = await list();
    usable = items.find(({ validity }) => validity.status === 'valid')?.id ?? 0;
    ended = items.find(({ validity }) => validity.status === 'expired')?.id ?? 0;
    expect(Math.min(usable, ended)).toBeGreaterThan(0);
    const before = (await services().store.call('verify', { mode: 'quick' })).root;
    const given = await central.marks.mark(
      OFFICE,
      { certificates: [usable, ended] },
      '培训档案待查',
    );
    marked = given.mark.id;
    await control().contact();
    expect(applied('mark').at(-1)).toMatchObject({ outcome: 'done', reason: '培训档案待查' });
    expect(await statusOf(usable)).toBe('under-verification');
    expect(await statusOf(ended)).toBe('expired');
    expect((await list()).byStatus).toMatchObject({
      valid: (byStatus.valid ?? 0) - 1,
      'under-verification': 1,
    });
    for (const id of [usable, ended]) {
      const { record } = await ask<RouteOutput<'records.certificate'>>('records.certificate', {
        id,
      });
      expect(record?.mark?.reason).toBe('培训档案待查');
    }
    expect(await boardCount()).toBe(1);
    const row = { name: null, idNumber: null, number: null, validTo: null, fault: null };
    const judged = await services().store.call('scanJudge', { row, certificateId: usable });
    expect(judged.verdict).toBe('under-verification');
    const { exportId, byStatus: exported } = await services().store.call('exportOpen', {
      filter: { statuses: ['under-verification'] },
    });
    expect(exported).toEqual({ 'under-verification': 1 });
    const { rows } = await services().store.call('exportRows', { exportId, limit: 10 });
    expect(rows.map(({ status }) => status)).toEqual(['under-verification']);
    await services().store.call('exportClose', { exportId });
    expect((await services().store.call('verify', { mode: 'quick' })).root).toBe(before);
    expect(await central.marks.list(OFFICE)).toMatchObject([{ id: marked, done: 1, open: 1 }]);
  });

  // Bugs: a mark that goes with the program's end, with one of the two places it is kept in, or with a page of changes.
  it('hold over a lock, over either file being lost, and over a synchronisation', async () => {
    const state = control() as unknown as { state: { marks?: unknown } };
    const held = state.state.marks;
    state.state = { ...state.state, marks: undefined };
    await rig.office.lock('person');
    await rig.office.open({ badge: BADGE, password: password() });
    expect([await statusOf(usable), state.state.marks]).toEqual(['under-verification', held]);
    // The journal's lost altogether: the channel's file has them. One that is there and cannot be read is a damage (levels test).
    const none = JSON.stringify(NO_MARKS);
    await services().store.call('factSet', { name: 'control.marks', value: none });
    await rig.office.lock('person');
    await rig.office.open({ badge: BADGE, password: password() });
    expect(await statusOf(usable)).toBe('under-verification');
    await central.mutate({ region: REGION, random: 200, seed: 'marks' });
    await sync();
    expect(await statusOf(usable)).toBe('under-verification');
  });

  // Bugs: an order that works again after its lift, a lift that nobody signed, a mark that comes while the desk is locked and is
  // not there when it opens, a group of which some are left out.
  it('end by a signed lift alone and do not come again; a group is marked as a whole, while locked', async () => {
    const first = await envelopeOf({ id: applied('mark').at(-1)?.id ?? '' } as DirectiveStatement);
    const { marked: _set, ...lifting } = JSON.parse(first.payload);
    const payload = JSON.stringify({ ...lifting, kind: 'lift-mark' });
    await bring({ ...first, payload });
    expect(await statusOf(usable)).toBe('under-verification');
    await rig.office.lock('person');
    await central.marks.lift(marked, '核查结束');
    const rows = await client().query<{ id: number; body: number }>(
      `select id::int as id, c_body as body from e_certificate where slice = $1 and c_body is not null
         and c_base_status = 1 order by id`,
      [Number(REGION)],
    );
    const body = rows[0]?.body ?? 0;
    const group = await central.marks.mark(OFFICE, { by: 'body', id: body }, '机构待查');
    await control().contact();
    await rig.office.open({ badge: BADGE, password: password() });
    expect(applied('lift-mark').at(-1)).toMatchObject({ outcome: 'done' });
    await bring(first);
    const own = new Set(rows.filter((row) => row.body === body).map(({ id }) => id));
    const { items } = await list();
    const useful = ['valid', 'expiring', 'review-due'];
    for (const { id, validity } of items)
      if (own.has(id)) expect([id, useful.includes(validity.status)]).toEqual([id, false]);
      else expect([id, validity.status]).not.toEqual([id, 'under-verification']);
    expect(items.filter(({ validity }) => validity.status === 'under-verification')).not.toEqual(
      [],
    );
    await central.marks.lift(group.mark.id, '核查结束');
    await control().contact();
    expect((await list()).byStatus['under-verification']).toBeUndefined();
    expect(await boardCount()).toBe(0);
  });

  // Bugs: a device that is enrolled after the mark and shows a marked certificate as valid, or whose order came too late and
  // never comes again; a set of another region; a number that is repeated in the answer.
  it('reach a device that comes later or was away, and nothing outside the region', async () => {
    const desk = await enrolDesk(
      central,
      password(),
      { region: REGION, users: [{ badge: BADGE, name: '王伟', role: 'head' as const }] },
      { userData: join(folder, 'late') },
    );
    const late = async () => (await central.directives(desk.device)).map(({ kind }) => kind);
    await desk.rig.close();
    const { mark } = await central.marks.mark(OFFICE, { certificates: [usable] }, '再查');
    expect(await late()).toEqual(['mark']);
    await control().contact();
    const taken = applied('mark').at(-1);
    await client().query(
      `update control_receipt set outcome = 'refused', receipt = receipt || '{"reason":"expired"}' where directive = $1`,
      [taken?.id ?? ''],
    );
    await control().contact();
    expect(applied('mark').at(-1)?.id).not.toBe(taken?.id);
    expect(await statusOf(usable)).toBe('under-verification');
    await central.marks.lift(mark.id, '核查结束');
    await control().contact();
    expect(await statusOf(usable)).toBe('valid');
    const wrong = (wish: MarkWish) => central.marks.mark(OFFICE, wish, '错');
    await expect(wrong({ certificates: [usable, 999_999_999] })).rejects.toThrow('999999999');
    await expect(wrong({ by: 'company', id: 999_999_999 })).rejects.toThrow(RangeError);
    await expect(wrong({ certificates: [], numbers: ['T11010519491231002X'] })).rejects.not.toThrow(
      '11010519491231002X',
    );
    await expect(central.marks.mark('none', { certificates: [usable] }, '错')).rejects.toThrow();
    await expect(central.marks.lift(mark.id, '再次')).rejects.toThrow(RangeError);
  });

  // Bugs: a mark that waits behind an order which needs somebody at the desk, so that an unlock without a line shows what is
  // marked as valid; an order before it that is refused afterwards as out of turn; a mark that the centre takes and devices refuse.
  it('wait for no order that needs somebody at the desk, and are no more than a device keeps', async () => {
    await rig.office.lock('person');
    const wanted = await order('require-sync');
    const { mark } = await central.marks.mark(OFFICE, { certificates: [usable] }, '又查');
    await control().contact();
    expect(known(wanted.id)).toBeUndefined();
    expect(applied('mark').at(-1)).toMatchObject({ outcome: 'done', reason: '又查' });
    await rig.office.open({ badge: BADGE, password: password() });
    expect(await statusOf(usable)).toBe('under-verification');
    await control().contact();
    expect(known(wanted.id)).toMatchObject({ outcome: 'done' });
    await central.marks.lift(mark.id, '核查结束');
    const ids = Array.from({ length: MAX_ALL_MARKED_IDS }, (_, i) => i + 1);
    await client().query(
      `insert into office_mark (id, office, marked, reason, given_ms) values ('full', $1, $2, '满', 1)`,
      [OFFICE, JSON.stringify({ by: 'certificates', ids })],
    );
    await expect(central.marks.mark(OFFICE, { certificates: [usable] }, '满')).rejects.toThrow(
      String(MAX_ALL_MARKED_IDS),
    );
    await client().query(`delete from office_mark where id = 'full'`, []);
  });
});
