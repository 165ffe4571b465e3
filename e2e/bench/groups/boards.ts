import { dayInShanghai } from '../../../shared/kernel/day';
import { eachMs, median, percentile, timeMs } from '../frame/measure';
import { OpenDesk } from '../real/desk';
import { boardFilters } from '../real/queries';
import { openRulePack } from '../real/rules';
import { openDuckBoard } from '../rivals/cube-in-duckdb';
import type { BenchGroup } from './context';

const FILTERS = 96;
const BUILDS = 5;

/** Boards: every figure under a cross-filter, and how long after an unlock the first one takes. */
export const boards: BenchGroup = {
  async run({ report, office }) {
    const { desk, core } = await office();
    const today = dayInShanghai(Date.now());
    const filters = boardFilters(core, today, FILTERS);
    const duck = await openDuckBoard(core.certificates, openRulePack(), today);
    const builds: number[] = [];
    for (let i = 0; i < BUILDS; i++) {
      const open = await OpenDesk.open(desk, false);
      try {
        builds.push(await timeMs(() => open.ask('boards.query', { filter: {}, day: today })));
      } finally {
        await open.close();
      }
    }
    const open = await OpenDesk.open(desk, false);
    try {
      const ours = await eachMs(filters, (filter) =>
        open.ask('boards.query', { filter, day: today }),
      );
      const theirs = await eachMs(filters, (filter) => duck.query(filter));
      const rival = { name: 'DuckDB, same rows, status given', value: percentile(theirs, 0.95) };
      report.add('boards.filter.p95_ms', percentile(ours, 0.95), rival);
      report.add('boards.build.ms', median(builds));
    } finally {
      await open.close();
      duck.close();
    }
  },
};
