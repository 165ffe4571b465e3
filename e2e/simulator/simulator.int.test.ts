import { beforeAll, describe, expect, it } from 'vitest';
import { bundleSimulator } from './bundle';
import { MUTATIONS } from './mutations';
import { runSimulator } from './run-simulator';

/** How many of each size; `npm run proof -- sim` asks for more. */
const SIZES = [
  { size: 'whole', args: [], count: 200 },
  { size: 'small', args: ['--small'], count: 1_800 },
] as const;
const LANES = 2;
/** A defect that so many histories do not show is not noticed. */
const SEEDS_PER_MUTATION = 150;

let program: string;
beforeAll(async () => {
  program = await bundleSimulator('simulator');
});

describe('histories of clients, server and line, each from its seed', () => {
  // Would catch: a slice that is called proven and differs, a command lost or done twice, a device that does not heal.
  it.each(SIZES)(
    'keep every promise whatever goes wrong: $count $size worlds',
    async ({ args, count }) => {
      const share = Math.ceil(count / LANES);
      const lanes = Array.from({ length: LANES }, (_, lane) =>
        runSimulator(program, [
          ...args,
          '--seed',
          String(1 + lane * share),
          '--count',
          String(share),
        ]),
      );
      for (const { text, summary } of await Promise.all(lanes)) {
        process.stdout.write(`${JSON.stringify(summary)}\n`);
        expect(summary.broken, text).toEqual([]);
        expect(summary.seeds).toBe(share);
      }
    },
    // A busy machine takes a second for a history.
    1_800_000,
  );

  // Would catch: real time, real chance or real input and output that slipped in: a seed could not be replayed.
  it('are the same each time', async () => {
    const args = ['--seed', '7', '--count', '2', '--trace'];
    const [one, two] = [await runSimulator(program, args), await runSimulator(program, args)];
    const lines = (text: string) => text.trim().split('\n').slice(0, -1);
    expect(lines(one.text)).toEqual(lines(two.text));
    expect(one.summary.steps).toBe(two.summary.steps);
  });
});

describe('the simulator itself', () => {
  // Would catch: a simulator that no defect can make fail.
  it.each(MUTATIONS.map((mutation, i) => [mutation.name, i, mutation] as const))(
    'notices: %s',
    async (_name, i, mutation) => {
      const broken = await bundleSimulator(`mutation-${i}`, mutation);
      const from = String(mutation.firstSeed ?? 1);
      const args = ['--seed', from, '--count', String(SEEDS_PER_MUTATION)];
      const { code, summary } = await runSimulator(broken, args);
      expect(code).toBe(1);
      expect(summary.broken).toHaveLength(1);
    },
    600_000,
  );
});
