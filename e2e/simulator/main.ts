import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { makeSigning } from './server/authority';
import { type Outcome, simulate } from './simulate';

/*
 * sim [--seed N] [--count N] [--seconds N] [--small] [--trace]: histories from their seeds, one after another. Says what
 * broke, how it came to that and how to see it again; exit code 1 then. The last line is a summary as JSON.
 */

const { argv } = globalThis.process;
const numberOf = (name: string, otherwise: number): number => {
  const at = argv.indexOf(name);
  return at < 0 ? otherwise : Number(argv[at + 1]);
};

const first = numberOf('--seed', 1);
const count = numberOf('--count', 1);
const most = numberOf('--seconds', Number.POSITIVE_INFINITY) * 1_000;
const isTold = argv.includes('--trace');
const size = argv.includes('--small') ? 'small' : 'whole';
// A line's failures are thousands: their stacks would cost more than everything else.
if (!isTold) Error.stackTraceLimit = 2;
const begunMs = performance.now();
const faults = new Map<string, number>();
const sum = { seeds: 0, steps: 0, simulatedHours: 0, broken: [] as number[] };

const tell = ({ seed, broken, trace }: Outcome): void => {
  const lines = isTold ? [] : trace.slice(-60);
  process.stdout.write(
    `seed ${seed} broke: ${broken}\n${lines.join('\n')}\nagain: npm run proof -- sim --seed ${seed}${size === 'small' ? ' --small' : ''} --trace\n`,
  );
};

const signing = await makeSigning();
for (let seed = first; seed < first + count && performance.now() - begunMs < most; seed++) {
  const outcome = await simulate({ seed, size }, signing, isTold);
  sum.seeds++;
  sum.steps += outcome.steps;
  sum.simulatedHours += outcome.simulatedMs / 3_600_000;
  for (const [name, times] of outcome.faults) faults.set(name, (faults.get(name) ?? 0) + times);
  if (outcome.broken === null) continue;
  sum.broken.push(seed);
  tell(outcome);
  if (!argv.includes('--all')) break;
}
const seconds = (performance.now() - begunMs) / 1_000;
process.stdout.write(
  `${JSON.stringify({ ...sum, first, seconds, cores: availableParallelism(), faults: Object.fromEntries(faults) })}\n`,
);
globalThis.process.exit(sum.broken.length === 0 ? 0 : 1);
