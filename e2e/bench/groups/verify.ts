import type { BatchRow } from '../../../shared/domain/batch/read-row';
import { freshFolder } from '../frame/folders';
import { median } from '../frame/measure';
import { OpenDesk } from '../real/desk';
import { openPlainSearch } from '../rivals/plain-search';
import type { BenchGroup } from './context';
import { verifyInApplication } from './verify/in-application';
import { refusals } from './verify/refusals';

const ROWS = 10_000;
/** As the service asks. */
const STEP = 1_000;
const RUNS = 5;

/** Rows of a list judged by the store, after the list was read; beside the look-ups alone in a plain file. */
export const verify: BenchGroup = {
  async run({ report, office }) {
    const made = await office();
    const numbers = Array.from(
      { length: ROWS },
      (_, i) => made.texts.exact[i % made.texts.exact.length] ?? '',
    );
    const rows = numbers.map(
      (number): BatchRow => ({ name: null, idNumber: null, number, validTo: null, fault: null }),
    );
    const plain = openPlainSearch(freshFolder('plain-verify'), made.core);
    const open = await OpenDesk.open(made.desk, false);
    try {
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const start = performance.now();
        for (let from = 0; from < ROWS; from += STEP)
          await open.store.call('batchJudge', { rows: rows.slice(from, from + STEP) });
        ours.push(performance.now() - start);
        const plainStart = performance.now();
        for (const number of numbers) plain.exact(number);
        theirs.push(performance.now() - plainStart);
      }
      const perSecond = (ms: readonly number[]) => (ROWS / median(ms)) * 1_000;
      report.add('verify.rows_per_s', perSecond(ours), {
        name: 'point look-ups alone, plain SQLite, in one process',
        value: perSecond(theirs),
      });
    } finally {
      plain.close();
      await open.close();
    }
    await refusals(report);
    await verifyInApplication(report, made);
  },
};
