import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRACTICE_PIN } from '../../electron/main/services/practice/practice-facts';
import { EPSILONS } from '../../shared/domain/statistics/question';
import { type StatisticsRelease, statisticsRoutes } from '../../shared/ipc/routes/statistics';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';

const REGION = '3306';
const OFFICE = '330600';
const bytes = (text: string) => new TextEncoder().encode(text);
const KINDS = { table: 'region-kind', epsilon: '1/10', least: 1 } as const;

let folder: string;
let target: string;
let central: Awaited<ReturnType<typeof startCentral>>;
const rigs: DeskRig[] = [];

async function enrolled(): Promise<DeskRig> {
  const { code } = await central.createEnrolment({
    name: '绍兴市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: '1001', name: '李娜', role: 'inspector' }],
  });
  const rig = await startDeskRig();
  rigs.push(rig);
  await rig.office.enrol({ address: central.url, code, password: bytes('shared figures 2026') });
  await sync(rig);
  return rig;
}

const servicesOf = (rig: DeskRig | undefined) => {
  if (rig === undefined) throw new Error('no desk');
  return rig.office.demandServices();
};

async function sync(rig: DeskRig | undefined): Promise<void> {
  const { sync: service } = servicesOf(rig);
  await service.settled();
  service.start();
  await service.settled();
  expect((await service.status()).runs[0]).toMatchObject({ outcome: 'done' });
}

const statistics = (at = 0) => servicesOf(rigs[at]).statistics;
const figures = ({ cells, rows, columns }: StatisticsRelease) => ({ cells, rows, columns });

/** The table as it is, asked of the store's process, which no page can do. */
async function exact(of: StatisticsRelease): Promise<number[][]> {
  const codes = (heads: StatisticsRelease['rows']) =>
    heads.map(({ code }) => (code === 'other' ? 0 : Number(code)));
  const { counts } = await servicesOf(rigs[0]).store.call('statisticsCount', {
    table: 'region-kind',
    rows: codes(of.rows),
    columns: of.columns.map((_, i) => i + 1),
  });
  return counts.map((line) => [...line]);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-statistics-'));
  target = join(folder, 'target');
  await mkdir(target);
  central = await startCentral();
  await central.seed({ region: REGION, certificates: 400, seed: 'statistics' });
  await enrolled();
  await enrolled();
}, 240_000);
afterAll(async () => {
  for (const rig of rigs) await rig.close();
  await central.close();
  await rm(folder, { recursive: true, force: true });
});

describe('shared statistics through the desk', () => {
  let first: StatisticsRelease;

  // Would catch: noise that depends on the device (two of them averaged take it off), a second payment for what is
  // known, exact figures in an answer, sums that are counts of their own.
  it('are the same on both devices of an office, and cost nothing when they are asked again', async () => {
    expect(await statistics().preview(KINDS)).toMatchObject({ price: 'charged', after: '2/5' });
    first = await statistics().release(KINDS);
    expect(first).toMatchObject({ wasPaid: false, budget: { share: '1/2', left: '2/5' } });
    const again = await statistics().release({ ...KINDS, least: 30 });
    expect(again).toMatchObject({ wasPaid: true, budget: { left: '2/5' } });
    const other = await statistics(1).release(KINDS);
    expect(other.root).toBe(first.root);
    expect(figures(other)).toEqual(figures(first));
    const shown = (cell: number | null) => (cell !== null && cell >= 30 ? cell : null);
    expect(again.cells).toEqual(first.cells.map((line) => line.map(shown)));
    first.rowSums.forEach((sum, row) => {
      expect(sum).toBe((first.cells[row] ?? []).reduce<number>((a, cell) => a + (cell ?? 0), 0));
    });
    expect(first.cells.flat().every((cell) => cell === null || cell >= 1)).toBe(true);
    // Noise of ε = 1/10 leaves about one cell of twenty as it is.
    const truth = (await exact(first)).flat();
    const untouched = first.cells.flat().filter((cell, i) => cell === truth[i]).length;
    expect(truth.reduce((a, b) => a + b, 0)).toBeGreaterThan(100);
    expect(untouched).toBeLessThan(truth.length / 4);
  });

  // Would catch: noise that stays while the data change, so that the difference of two releases is the person.
  it('do not tell who is gone by the difference of two releases', async () => {
    const [id] = await heldIds();
    const before = (await exact(first)).flat();
    await central.mutate({ region: REGION, revoke: id ?? 0 });
    await sync(rigs[0]);
    const second = await statistics().release(KINDS);
    expect(second).toMatchObject({ wasPaid: false, budget: { left: '3/10' } });
    expect(second.root).not.toBe(first.root);
    const after = (await exact(second)).flat();
    const changed = before.flatMap((count, i) => (count === after[i] ? [] : [i]));
    // What the attacker looks for: one person less in one cell, or in another cell by an older certificate.
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThanOrEqual(2);
    const [a, b] = [first.cells.flat(), second.cells.flat()];
    const differs = a.flatMap((cell, i) =>
      cell !== null && b[i] !== null && cell !== b[i] ? [i] : [],
    );
    const both = a.filter((cell, i) => cell !== null && b[i] !== null).length;
    // Nearly every cell differs, and the changed one is none among them that one could point at.
    expect(differs.filter((i) => !changed.includes(i)).length).toBeGreaterThan(both / 2);
    // Asking again teaches nothing: the mean of many answers is the one answer.
    const many = await Promise.all([1, 2, 3].map(() => statistics().release(KINDS)));
    for (const one of many) expect(figures(one)).toEqual(figures(second));
  });

  // Would catch: a share that is whole again after a lock, two desks or calls that overdraw it, words without what is left.
  it('stop at the share, however they are asked, and go on when the centre gives more', async () => {
    await rigs[0]?.office.lock('person');
    await rigs[0]?.office.open({ badge: '1001', password: bytes('shared figures 2026') });
    const wishes = (['month', 'region-industry'] as const).flatMap((table) =>
      (['1/4', '1/10'] as const).map((epsilon) => ({ table, epsilon, least: 10 })),
    );
    const ends = await Promise.allSettled(wishes.map((wish) => statistics().release(wish)));
    const refused = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    expect(refused.length).toBeGreaterThanOrEqual(2);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'STATISTICS_BUDGET' });
    const { budget } = await statistics().state();
    const of = (text = '0') => text.split('/').map(Number);
    const [n = 0, d = 1] = of(budget?.spent);
    expect(n * 2).toBeLessThanOrEqual(d);
    const big = { table: 'month', epsilon: '1/1', least: 10 } as const;
    await expect(statistics().release(big)).rejects.toMatchObject({
      code: 'STATISTICS_BUDGET',
      params: { left: budget?.left, year: budget?.year },
    });
    const device = (await rigs[0]?.office.state())?.place.device ?? '';
    await central.statistics.give(OFFICE, device, 1_000);
    await sync(rigs[0]);
    expect((await statistics().release(big)).budget.share).toBe('3/2');
    expect(
      (await central.statistics.standing(OFFICE)).shares.map(({ milli }) => milli).sort(),
    ).toEqual([1_500, 500]);
  });

  // Would catch: a secret in the open on the disk or in what a page gets; a question that turns the noise or the
  // suppression off, or names other figures.
  it('give a page neither the secret nor a way to turn the noise off', async () => {
    const { paths } = servicesOf(rigs[0]);
    const office = await readFile(join(paths.officeDir, 'office.json'), 'utf8');
    expect(office).toContain('\\"type\\":\\"statistics\\"');
    const { input } = statisticsRoutes['statistics.release'];
    expect(input.safeParse(KINDS).success).toBe(true);
    for (const bad of [
      { ...KINDS, least: 0 },
      { ...KINDS, least: -5 },
      { ...KINDS, epsilon: '1000000/1' },
      { ...KINDS, epsilon: '2/20' },
      { ...KINDS, table: 'company' },
      { ...KINDS, filter: {} },
      { ...KINDS, filter: { company: 3 } },
      { ...KINDS, filter: { regions: ['330602'], statuses: ['valid'] } },
      { ...KINDS, filter: { certificates: [1] } },
      { ...KINDS, rows: [110_105] },
    ])
      expect(input.safeParse(bad).success).toBe(false);
    expect(EPSILONS).toContain(KINDS.epsilon);
    const preview = await statistics().preview(KINDS);
    expect(Object.keys(preview).sort()).toEqual([
      'after',
      'bound',
      'budget',
      'columns',
      'price',
      'rows',
    ]);
    statisticsRoutes['statistics.preview'].output.parse(preview);
    statisticsRoutes['statistics.state'].output.parse(await statistics().state());
  });

  // Would catch: a filter that changes nothing, is free because the whole table was paid for, or has the whole table's noise, so
  // that the difference of the two is exact.
  it('are other ones under a filter, at a price of their own', async () => {
    const special = { kinds: ['special-operation' as const] };
    const epsilon = '1/4' as const;
    const device = (await rigs[0]?.office.state())?.place.device ?? '';
    await central.statistics.give(OFFICE, device, 500);
    await sync(rigs[0]);
    const whole = await statistics().release({ ...KINDS, epsilon });
    const asked = { ...KINDS, epsilon, filter: special };
    expect((await statistics().preview(asked)).price).toBe('charged');
    const part = await statistics().release(asked);
    expect(part).toMatchObject({ wasPaid: false, filter: special });
    expect(part.columns.map(({ code }) => code)).toEqual(special.kinds);
    const at = whole.columns.findIndex(({ code }) => code === 'special-operation');
    const same = part.cells.filter((line, row) => line[0] === whole.cells[row]?.[at]).length;
    expect(same).toBeLessThan(part.cells.length);
    const again = await statistics().release({
      ...asked,
      filter: { kinds: [...special.kinds, ...special.kinds] },
    });
    expect(again).toMatchObject({ wasPaid: true, cells: part.cells });
  });

  // Would catch: a report that does not say how it was made, a file that is not what was signed, one of a former session.
  it('leave as a signed report that says what was done to them', async () => {
    const release = await statistics().release(KINDS);
    statisticsRoutes['statistics.release'].output.parse(release);
    const rig = rigs[0];
    if (rig === undefined) throw new Error('no desk');
    rig.chosen.folder = target;
    const { statisticsFiles, signing } = servicesOf(rig);
    const saving = statisticsFiles.save(release.id);
    await expect.poll(() => rig.signing.isOpen, { timeout: 60_000 }).toBe(true);
    expect(signing.request('zh-CN').rows.map(({ value }) => value)).toContain('共享统计');
    const [choice] = (await signing.choices()).items;
    const { tokenId, keyRef } = choice?.shown ?? { tokenId: '', keyRef: '' };
    await signing.confirm(tokenId, keyRef, bytes(PRACTICE_PIN));
    const saved = await saving;
    expect(saved?.by).toBe('u-key');
    const names = (await readdir(target)).sort();
    expect(names.map((name) => name.split('.').slice(1).join('.'))).toEqual([
      'csv',
      'pdf',
      'signature.json',
      'xlsx',
    ]);
    const signature = JSON.parse(
      await readFile(join(target, names.find((name) => name.endsWith('.json')) ?? ''), 'utf8'),
    );
    const { files, record } = JSON.parse(signature.signed.intent);
    expect(record).toBe('statistics');
    for (const { name, sha256 } of files)
      expect(
        createHash('sha256')
          .update(await readFile(join(target, name)))
          .digest('hex'),
      ).toBe(sha256);
    const csv = await readFile(join(target, names[0] ?? ''), 'utf8');
    for (const said of [
      'ε = 1/10',
      'Canonne–Kamath–Steinke',
      release.root,
      '不公布',
      '合计为已公布各格之和',
      saved?.traceId ?? '',
    ])
      expect(csv).toContain(said);
    await expect(servicesOf(rig).statisticsFiles.save('another')).rejects.toMatchObject({
      code: 'STATISTICS_GONE',
    });
    await rig.office.lock('person');
    await rig.office.open({ badge: '1001', password: bytes('shared figures 2026') });
    await expect(servicesOf(rig).statisticsFiles.save(release.id)).rejects.toMatchObject({
      code: 'STATISTICS_GONE',
    });
  });
});

/** Certificates in force. */
async function heldIds(): Promise<number[]> {
  const answer = (await servicesOf(rigs[0]).store.call('portRequest', {
    route: 'search.query',
    input: { text: '', filter: { statuses: ['valid'] }, offset: 0, limit: 5 },
  })) as { ok: boolean; data: { items: { id: number }[] } };
  return answer.data.items.map(({ id }) => id);
}
