import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayInShanghai, dayOf, shanghaiStartMs, yearOf } from '../../shared/kernel/day';
import { type DeviceReport, REPORT_PATH } from '../../shared/protocol/bundle';
import { PATHS, StatementsSchema, statisticsContext } from '../../shared/protocol/endpoints';
import { openBox } from '../../shared/protocol/sealed-box';
import {
  type StatisticsStatement,
  StatisticsStatementSchema,
} from '../../shared/protocol/statistics';
import type { Central } from '../central';
import { boxSubtle } from '../keys/key-provider';
import { enrolTestDevice, type TestDevice } from './device';
import { testCentral } from './place';

const REGION = '3306';
const OFFICE = '330600';
const USERS = [{ badge: '330600127', name: '许知衡', role: 'inspector' as const }];

let server: Awaited<ReturnType<typeof testCentral>>;
let central: Central;
let nowMs = Date.now();
const YEAR = yearOf(dayInShanghai(nowMs));

async function enrol(code = OFFICE): Promise<TestDevice> {
  const users = USERS.map((user) => ({ ...user }));
  const slip = await central.createEnrolment({ code, name: '局', region: REGION, users });
  return enrolTestDevice(central.url, slip.code);
}

async function said(of: TestDevice): Promise<StatisticsStatement> {
  const raw = await of.get(PATHS.statements);
  const { statements } = StatementsSchema.parse(JSON.parse(raw.body.toString('utf8')));
  const found = statements.filter(({ payload }) => payload.includes('"type":"statistics"'));
  expect(found.length).toBe(1);
  return of.open(found[0] as never, StatisticsStatementSchema);
}

async function unboxed(statement: StatisticsStatement, of: TestDevice) {
  const pkcs8 = new Uint8Array(of.boxKey.export({ type: 'pkcs8', format: 'der' }));
  const context = statisticsContext(of.answer.deviceId);
  return openBox(boxSubtle, pkcs8, Buffer.from(statement.box, 'base64'), context);
}

const tell = (of: TestDevice, statisticsLedger?: string) =>
  of.post(REPORT_PATH, {
    program: 'test 0',
    atMs: nowMs,
    applied: null,
    pending: 0,
    rejected: 0,
    settled: 0,
    failures: [],
    ...(statisticsLedger === undefined ? {} : { statisticsLedger }),
  } satisfies DeviceReport);

beforeAll(async () => {
  server = await testCentral({ [REGION]: 30 }, { nowMs: () => nowMs });
  central = server.central;
}, 120_000);
afterAll(() => server.close());

describe("an office's secret and its budget of statistics", () => {
  let first: TestDevice;
  let second: TestDevice;

  // Would catch: a secret a device (other noise for the same question), a box that another device opens, one secret for all offices.
  it('gives every device of an office the same secret in a box of its own, and another office another', async () => {
    [first, second] = [await enrol(), await enrol()];
    const stranger = await enrol('330601');
    const boxes = await Promise.all([first, second, stranger].map(said));
    const opened = await Promise.all(
      boxes.map(async (box, i) => unboxed(box, [first, second, stranger][i] as TestDevice)),
    );
    const [a, b, c] = opened.map((one) => (one.ok ? Buffer.from(one.value).toString('hex') : ''));
    expect(a).toMatch(/^[0-9a-f]{64}$/);
    expect(b).toBe(a);
    expect(c).not.toBe(a);
    expect((await unboxed(boxes[0] as StatisticsStatement, second)).ok).toBe(false);
  });

  // Would catch: a share that grows with every question, or does not come with the tag that lets a device skip the rest.
  it('gives a device its share once a year', async () => {
    const { etag } = (await first.get(PATHS.statements)).headers;
    expect(await said(first)).toMatchObject({ ledger: 'first', year: YEAR, shareMilli: 500 });
    expect((await first.get(PATHS.statements, { 'If-None-Match': String(etag) })).status).toBe(304);
    await central.statistics.give(OFFICE, first.answer.deviceId, 250);
    expect((await first.get(PATHS.statements, { 'If-None-Match': String(etag) })).status).toBe(200);
    expect(await said(first)).toMatchObject({ shareMilli: 750, budgetMilli: 4_000 });
    expect(await said(second)).toMatchObject({ shareMilli: 500 });
  });

  // Would catch: two devices that ask at once and together get more than there is; a restored ledger that gives the
  // former one's share back.
  it('never gives more than the budget, whoever asks at once and however often a journal is restored', async () => {
    const devices = [first, second, await enrol(), await enrol(), await enrol()];
    await central.statistics.setBudget(OFFICE, { budgetMilli: 3_300, shareMilli: 500 });
    const before = await central.statistics.standing(OFFICE);
    const ledger = (round: number, i: number) => `${round}${i}`.padStart(64, '0');
    for (let round = 1; round <= 2; round++) {
      await Promise.all(devices.map((device, i) => tell(device, ledger(round, i))));
      await Promise.all([...devices, ...devices].map(said));
    }
    const { shares, leftMilli } = await central.statistics.standing(OFFICE);
    expect(leftMilli).toBe(0);
    expect(shares.reduce((sum, { milli }) => sum + milli, 0)).toBe(3_300);
    for (const { device, ledger: kept, milli } of before.shares)
      expect(shares).toContainEqual(expect.objectContaining({ device, ledger: kept, milli }));
    expect((await said(first)).ledger).toBe(ledger(2, 0));
    await expect(central.statistics.give(OFFICE, first.answer.deviceId, 1)).rejects.toThrow(
      '0 thousandths',
    );
    // Lowered below what is given: nobody gets more, and nothing is taken back.
    await central.statistics.setBudget(OFFICE, { budgetMilli: 1_000, shareMilli: 500 });
    expect((await central.statistics.standing(OFFICE)).leftMilli).toBe(0);
  });

  // Would catch: what an administrator gives first takes the place of the first share.
  it('gives more on top of the first share, also before the device asked for it', async () => {
    const code = '330602';
    const third = await enrol(code);
    // A journal that was restored: nothing was asked under this ledger yet.
    await tell(third, 'b'.repeat(64));
    await central.statistics.give(code, third.answer.deviceId, 200);
    expect(await said(third)).toMatchObject({ shareMilli: 700 });
    expect((await central.statistics.standing(code)).leftMilli).toBe(2_800);
    await expect(
      central.statistics.give(code, (await enrol(code)).answer.deviceId, 3_301),
    ).rejects.toThrow('nothing was given');
    expect((await central.statistics.standing(code)).leftMilli).toBe(2_300);
  });

  // Would catch: a device that names another ledger at each contact and takes the year of the whole office.
  it('waits for a person with the fourth ledger that a device names in a year', async () => {
    const code = '330603';
    const [liar, honest] = [await enrol(code), await enrol(code)];
    const { deviceId } = liar.answer;
    for (let i = 0; i < 12; i++) {
      if (i > 0) await tell(liar, `${i}`.padStart(64, 'a'));
      expect((await said(liar)).shareMilli).toBe(i < 3 ? 500 : 0);
    }
    const standing = await central.statistics.standing(code);
    expect(standing.leftMilli).toBe(2_000);
    expect(standing.waiting).toEqual([{ device: deviceId, ledger: '11'.padStart(64, 'a') }]);
    expect(await said(honest)).toMatchObject({ shareMilli: 500 });
    await central.statistics.give(code, deviceId, 100);
    expect((await said(liar)).shareMilli).toBe(100);
    expect((await central.statistics.standing(code)).waiting).toEqual([]);
  });

  // Would catch: a year that begins in another time zone, or with what was left of the year before.
  it('begins anew with the year in Shanghai', async () => {
    await central.statistics.setBudget(OFFICE, { budgetMilli: 3_300, shareMilli: 500 });
    const midnight = shanghaiStartMs(dayOf(YEAR + 1, 1, 1) ?? 0);
    nowMs = midnight - 1;
    expect(await central.statistics.standing(OFFICE)).toMatchObject({ year: YEAR, leftMilli: 0 });
    nowMs = midnight;
    const next = await central.statistics.standing(OFFICE);
    expect(next).toMatchObject({ year: YEAR + 1, leftMilli: 3_300, shares: [] });
  });

  it('refuses what is no budget, and devices of other offices', async () => {
    await expect(
      central.statistics.setBudget(OFFICE, { budgetMilli: 0.5, shareMilli: 1 }),
    ).rejects.toThrow('thousandths');
    await expect(central.statistics.standing('999999')).rejects.toThrow('no office');
    await expect(central.statistics.give('330601', first.answer.deviceId, 1)).rejects.toThrow(
      'no device',
    );
  });
});
