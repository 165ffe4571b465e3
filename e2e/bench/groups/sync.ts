import type { BenchGroup } from './context';
import { afterwards } from './sync/afterwards';
import { firstSync } from './sync/first';
import { peers } from './sync/peers';
import { repair } from './sync/repair';

/** First synchronisation, deltas, checks, and the rivals on the same rows. */
export const sync: BenchGroup = {
  async run(bench) {
    const office = await bench.office();
    await firstSync(bench, office);
    // On the rows as they are now, and before what takes longest.
    await peers(bench.report, office);
    await afterwards(bench.report, office);
    await repair(bench.report, office);
  },
};
