import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { COLUMNS_FOLDER } from '../../../electron/store/cube/saved/saved-columns';
import { dayInShanghai } from '../../../shared/kernel/day';
import { eachMs, median, percentile, timeMs } from '../frame/measure';
import { residentMb } from '../frame/memory';
import { OpenDesk } from '../real/desk';
import { boardFilters } from '../real/queries';
import { openRulePack } from '../real/rules';
import { openSqlBoard } from '../rivals/board-in-sql';
import { openDuckBoard } from '../rivals/cube-in-duckdb';
import { boardClicks } from './boards/clicks';
import { firstSlowFigures } from './boards/waits';
import type { BenchGroup } from './context';

const FILTERS = 96;
const BUILDS = 5;
/** SQL on the file takes seconds a filter: its figure needs no more. */
const SQL_FILTERS = 8;
/** The store is given so long to save its columns, and so long without a change says that it has, seconds. */
const SAVING_S = 300;
const QUIET_S = 8;
/** After a question the store is given so long to drop what it needed on the way, ms. */
const REST_MS = 3_000;

const bytesOf = (folder: string): number =>
  existsSync(folder)
    ? readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
    : 0;

/** Keeps the store open until it has saved its columns: nothing changed in their folder for a while. */
async function untilSaved(
  desk: Parameters<typeof OpenDesk.open>[0],
  folder: string,
): Promise<void> {
  const open = await OpenDesk.open(desk, false);
  try {
    let [before, quiet] = [-1, 0];
    for (let i = 0; i < SAVING_S && quiet < QUIET_S; i++) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const bytes = bytesOf(folder);
      quiet = bytes === before ? quiet + 1 : 0;
      before = bytes;
    }
  } finally {
    await open.close();
  }
}

/**
 * What boards add to the memory of a store whose search is ready, and how long the year and the forecast take when they are
 * first asked for, which every board does.
 */
async function firstOf(
  desk: Parameters<typeof OpenDesk.open>[0],
  report: Parameters<BenchGroup['run']>[0]['report'],
  day: number,
): Promise<void> {
  const open = await OpenDesk.open(desk, false);
  try {
    await open.ask('search.query', { text: '', filter: {}, offset: 0, limit: 1 });
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    const before = residentMb(open.storePid);
    await open.ask('boards.query', { filter: {}, day });
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    report.add('boards.rss_mb', residentMb(open.storePid) - before);
    report.add('boards.trend.ms', await timeMs(() => open.ask('boards.trend', { filter: {} })));
    const began = performance.now();
    const forecast = await open.ask('boards.forecast', { filter: {} });
    report.add('boards.forecast.ms', performance.now() - began);
    const rise = Math.round(residentMb(open.storePid) - before);
    report.note(
      `forecast: ${forecast.state}; after it the store holds ${rise} MB more than before the first board`,
    );
  } finally {
    await open.close();
  }
}

/** The same filters by GROUP BY on the store's own file, as a desk without columns in memory would count. */
async function againstSql(
  desk: Parameters<typeof OpenDesk.open>[0],
  report: Parameters<BenchGroup['run']>[0]['report'],
  asked: { readonly filters: ReturnType<typeof boardFilters>; readonly today: number },
): Promise<void> {
  const { today } = asked;
  const filters = asked.filters.filter(({ statuses }) => statuses === undefined);
  const some = filters.slice(0, SQL_FILTERS);
  const open = await OpenDesk.open(desk, false);
  const board = openSqlBoard(desk, today);
  try {
    const ours = await eachMs(some, (filter) => open.ask('boards.query', { filter, day: today }));
    const theirs: number[] = [];
    for (const filter of some) theirs.push(await timeMs(() => board.query(filter)));
    report.add('boards.filter.against_sql.median_ms', median(ours), {
      name: 'SQL GROUP BY on the store’s file',
      value: median(theirs),
    });
  } finally {
    board.close();
    await open.close();
  }
}

/** Boards: every figure under a cross-filter, and how long after an unlock the first one takes. */
export const boards: BenchGroup = {
  async run({ report, office }) {
    const made = await office();
    const { desk, core } = made;
    const today = dayInShanghai(Date.now());
    const filters = boardFilters(core, today, FILTERS);
    const duck = await openDuckBoard(core.certificates, openRulePack(), today);
    const first = async (): Promise<number> => {
      const open = await OpenDesk.open(desk, false);
      try {
        return await timeMs(() => open.ask('boards.query', { filter: {}, day: today }));
      } finally {
        await open.close();
      }
    };
    const folder = join(desk.paths.officeDir, COLUMNS_FOLDER);
    rmSync(folder, { recursive: true, force: true });
    const fromRows = await first();
    await untilSaved(desk, folder);
    const builds: number[] = [];
    for (let i = 0; i < BUILDS; i++) builds.push(await first());
    const open = await OpenDesk.open(desk, false);
    try {
      const ours = await eachMs(filters, (filter) =>
        open.ask('boards.query', { filter, day: today }),
      );
      const theirs = await eachMs(filters, (filter) => duck.query(filter));
      const rival = { name: 'DuckDB, same rows, status given', value: percentile(theirs, 0.95) };
      report.add('boards.filter.p95_ms', percentile(ours, 0.95), rival);
      report.add('boards.build.ms', median(builds));
      const megabytes = (bytesOf(folder) / 1_048_576).toFixed(1);
      report.note(
        `a first board from the rows alone ${Math.round(fromRows)} ms, otherwise from ${megabytes} MB of saved columns`,
      );
    } finally {
      await open.close();
      duck.close();
    }
    await againstSql(desk, report, { filters, today });
    await firstOf(desk, report, today);
    const fresh = await OpenDesk.open(desk, false);
    try {
      await fresh.ask('boards.query', { filter: {}, day: today });
      await firstSlowFigures(report, fresh, { filters, day: today });
    } finally {
      await fresh.close();
    }
    await boardClicks(report, made);
  },
};
