import { dayInShanghai } from '../../../shared/kernel/day';
import { median, timeMs } from '../frame/measure';
import { OpenDesk } from '../real/desk';
import type { BenchGroup } from './context';

const RUNS = 5;

/** The statuses of all certificates as of another day: what midnight, or a board of another day, costs. */
export const policy: BenchGroup = {
  async run({ report, office }) {
    const { desk } = await office();
    const today = dayInShanghai(Date.now());
    const open = await OpenDesk.open(desk, false);
    try {
      await open.ask('boards.query', { filter: {}, day: today });
      const seconds: number[] = [];
      for (let run = 1; run <= RUNS; run++) {
        const ms = await timeMs(async () => {
          await open.store.call('setToday', { today: today + run });
          await open.ask('boards.query', { filter: {}, day: today + run });
        });
        seconds.push(ms / 1_000);
      }
      report.add('policy.recompute_s', median(seconds));
    } finally {
      await open.close();
    }
  },
};
