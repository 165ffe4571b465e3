import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PATHS } from '../../shared/protocol/endpoints';
import { DecidedSchema } from '../../shared/protocol/outbox';
import { enrolTestDevice, type TestDevice } from './device';
import { testCentral } from './place';
import { type Tell, TestLog, teller } from './teller';

let close: () => Promise<void>;
let central: Awaited<ReturnType<typeof testCentral>>['central'];
const FAKE = { certificate: null, holder: '王伟', place: '工地', note: '印章有误', evidence: [] };

beforeAll(async () => {
  const started = await testCentral({ '3306': 20 });
  close = started.close;
  ({ central } = started);
});
afterAll(() => close());

interface Desk {
  readonly device: TestDevice;
  readonly id: string;
  readonly tell: Tell;
  readonly last: () => number;
}

async function desk(): Promise<Desk> {
  const users = [{ badge: '1', name: '甲', role: 'inspector' as const }];
  const { code } = await central.createEnrolment({ name: '局', region: '3306', users });
  const device = await enrolTestDevice(central.url, code);
  return { device, id: device.answer.deviceId, ...teller(device) };
}

async function decided({ device }: Desk, of: string) {
  const raw = await device.get(`${PATHS.outboxDecided}?of=${of}`);
  return DecidedSchema.parse(JSON.parse(raw.body.toString('utf8'))).verdicts;
}

/** Two persons accept or refuse a device's command. */
async function settle(at: Desk, dseq: number, verdict: 'applied' | 'rejected', reason: string) {
  const looked = { device: at.id, dseq, by: '钱一' };
  const { proposal } = await central.review.propose(looked, verdict, reason);
  return central.review.confirm({ ...looked, by: '孙二' }, proposal.code);
}

describe('a decision at the centre', () => {
  // Would catch: one person deciding alone, a second look at something else than the first, a decision taken twice or turned round.
  it('takes two persons, says what it is about, and is taken once', async () => {
    const at = await desk();
    expect(await at.tell('suspected-fake', FAKE)).toBe('needs-review');
    const [item] = await central.review.list(at.id);
    expect(item).toMatchObject({ dseq: 1, kind: 'suspected-fake', content: FAKE });
    const looked = { device: at.id, dseq: 1, by: '钱一' };
    await expect(central.review.propose(looked, 'applied', '  ')).rejects.toThrow(RangeError);
    const first = await central.review.propose(looked, 'applied', '已移交');
    const other = await central.review.propose({ ...looked, by: '孙二' }, 'rejected', '证据不足');
    expect(first.proposal.code).not.toBe(other.proposal.code);
    expect(await decided(at, '1')).toEqual([]);
    const alone = central.review.confirm({ ...looked, by: ' 钱一 ' }, first.proposal.code);
    await expect(alone).rejects.toThrow('another person');
    const second = { ...looked, by: '孙二' };
    await expect(central.review.confirm(second, 'abcdefabcdef')).rejects.toThrow(RangeError);
    const decision = await central.review.confirm(second, first.proposal.code);
    expect(decision).toMatchObject({ verdict: 'applied', proposedBy: '钱一', confirmedBy: '孙二' });
    expect(await central.review.confirm(second, first.proposal.code)).toEqual(decision);
    await expect(central.review.confirm(looked, other.proposal.code)).rejects.toThrow('already');
    await expect(central.review.propose(looked, 'rejected', '另议')).rejects.toThrow(RangeError);
    expect(await central.review.list(at.id)).toEqual([]);
    expect(await decided(at, '1')).toEqual([
      { dseq: 1, verdict: 'applied', reason: 'central:已移交' },
    ]);
  });

  // Would catch: a device that learns what was decided about the reports of another, or a question that is no list of numbers.
  it('is told to the device that asks, of its own commands only', async () => {
    const [one, two] = [await desk(), await desk()];
    for (const at of [one, two]) await at.tell('suspected-fake', FAKE);
    await settle(one, 1, 'rejected', '证据不足');
    expect(await decided(two, '1,2')).toEqual([]);
    expect(await decided(one, '9,1')).toEqual([
      { dseq: 1, verdict: 'rejected', reason: 'central:证据不足' },
    ]);
    for (const wrong of ['', '0', '1,', 'a', '1;2', Array(201).fill('1').join(',')])
      expect((await one.device.get(`${PATHS.outboxDecided}?of=${wrong}`)).status).toBe(400);
  });
});

describe('an audit log that begins anew', () => {
  const statement = (log: TestLog, begins: number, told: number | null = null) => ({
    cause: told === null ? 'restored' : 'renewed',
    begins: log.place(begins),
    told: told === null ? null : { seq: told, hash: 'a'.repeat(64) },
    head: log.place(log.entries.length),
  });

  // Would catch: a restored desk whose log is refused for good, or one that is taken without anybody having decided.
  it('goes on from a known entry once two persons accepted it, and the gap stays', async () => {
    const at = await desk();
    const log = new TestLog(at.id).write(6);
    expect(await at.tell('audit-page', log.page(1, 4))).toBe('applied');
    expect(await at.tell('audit-page', log.page(5))).toBe('applied');
    const restored = log.until(4).write(3, 'restore');
    expect(await at.tell('audit-page', restored.page(5))).toBe('rejected audit-chain');
    const said = await at.tell('audit-renewal', statement(restored, 4));
    expect(said).toBe('needs-review audit-renewal');
    // Until then nothing is taken, neither of the new chain nor made to fit the old one.
    expect(await at.tell('audit-page', restored.page(5))).toBe('rejected audit-chain');
    await settle(at, 4, 'applied', '硬盘更换后恢复');
    expect(await at.tell('audit-page', restored.page(5))).toBe('applied');
    const { audit, gaps, alarms } = await central.outboxOf(at.id);
    expect(audit).toBe(7);
    expect(gaps).toMatchObject([{ chain: 1, cause: 'restored', dseq: 4, after: 4, former: 6 }]);
    expect(alarms.map(({ kind }) => kind).sort()).toEqual(['audit', 'audit-renewal']);
    const lag = (await central.lag()).find(({ device }) => device === at.id);
    expect(lag).toMatchObject({ logGaps: 1, logAlarms: 2 });
    // The next page goes on in the new chain, and the old one is no way back.
    restored.write(1);
    expect(await at.tell('audit-page', log.page(7))).toMatch(/rejected/);
    expect(await at.tell('audit-page', restored.page(8))).toBe('applied');
  });

  // Would catch: a log whose unwanted entries vanish because the statement may begin after them.
  it('cannot be used to leave entries out', async () => {
    const at = await desk();
    const log = new TestLog(at.id).write(5);
    expect(await at.tell('audit-page', log.page(1, 3))).toBe('applied');
    // Entries 4 and 5 are to be hidden: the device claims that its log goes on after 5.
    const skipping = log.until(5).write(2, 'restore');
    const forward = await at.tell('audit-renewal', statement(skipping, 5));
    expect(forward).toBe('rejected audit-unknown');
    const invented = { ...statement(log, 3), begins: { seq: 3, hash: 'b'.repeat(64) } };
    expect(await at.tell('audit-renewal', invented)).toBe('rejected audit-unknown');
    const backwards = { ...statement(log, 3), head: log.place(2) };
    expect(await at.tell('audit-renewal', backwards)).toBe('rejected audit-unknown');
    // A log that goes on needs no statement: it would only open a second way.
    expect(await at.tell('audit-renewal', statement(log, 3))).toBe('rejected audit-goes-on');
    const zero = { ...statement(log, 0, 5), begins: { seq: 0, hash: 'c'.repeat(64) } };
    expect(await at.tell('audit-renewal', zero)).toBe('rejected audit-unknown');
    expect(await at.tell('audit-page', skipping.page(6))).toBe('rejected audit-chain');
    const { audit, gaps, alarms } = await central.outboxOf(at.id);
    expect([audit, gaps]).toEqual([3, []]);
    expect(alarms.filter(({ kind }) => kind === 'audit-renewal')).toHaveLength(5);
    expect(await at.tell('audit-page', log.page(4))).toBe('applied');
  });

  // Would catch: a log that is begun anew without saying so, or a refused statement that works all the same.
  it('begins from nothing only with the entry that says so', async () => {
    const at = await desk();
    const log = new TestLog(at.id).write(4);
    await at.tell('audit-page', log.page(1));
    const renewed = new TestLog(at.id).write(3, 'journal-renewed');
    const silent = new TestLog(at.id).write(3);
    await at.tell('audit-renewal', statement(renewed, 0, 9));
    await settle(at, 2, 'rejected', '请说明损坏经过');
    expect(await at.tell('audit-page', renewed.page(1))).toBe('rejected audit-chain');
    await at.tell('audit-renewal', statement(renewed, 0, 9));
    await settle(at, 4, 'applied', '日志损坏，已取得原件');
    expect(await at.tell('audit-page', silent.page(1))).toBe('rejected audit-chain');
    expect(await at.tell('audit-page', renewed.page(2))).toBe('rejected audit-chain');
    expect(await at.tell('audit-page', renewed.page(1))).toBe('applied');
    const { audit, gaps } = await central.outboxOf(at.id);
    expect(audit).toBe(3);
    expect(gaps).toMatchObject([{ chain: 1, cause: 'renewed', after: 0, former: 4, told: 9 }]);
    // What was handed in of the old chain is at the centre for ever.
    const back = await at.tell('audit-renewal', statement(log.until(2).write(2, 'restore'), 2));
    expect(back).toBe('needs-review audit-renewal');
  });
});
