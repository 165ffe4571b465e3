import { beforeAll, describe, expect, it } from 'vitest';
import { bundleSimulator } from './bundle';
import { MUTATIONS } from './mutations';
import { runSimulator } from './run-simulator';

/** `npm run proof -- sim` asks for more (FIELDCERT_SIM_…). */
const first = Number(process.env.FIELDCERT_SIM_SEED ?? 1);
const count = Number(process.env.FIELDCERT_SIM_COUNT ?? 350);
const LANES = 2;
/** A defect that so many histories do not show is not noticed. */
const SEEDS_PER_MUTATION = 150;

let program: string;
beforeAll(async () => {
  program = await bundleSimulator('simulator');
});

describe('histories of clients, server and line, each from its seed', () => {
  // Would catch: a slice that is called proven and differs, a command lost or done twice, a device that does not heal.
  it(
    'keep every promise whatever goes wrong',
    async () => {
      const share = Math.ceil(count / LANES);
      const lanes = Array.from({ length: LANES }, (_, lane) => {
        const args = ['--seed', first + lane * share, '--count', share];
        return runSimulator(program, args.map(String));
      });
      for (const { text, summary } of await Promise.all(lanes)) {
        process.stdout.write(`${JSON.stringify(summary)}\n`);
        expect(summary.broken, text).toEqual([]);
        expect(summary.seeds).toBe(share);
      }
    },
    // A busy machine takes a second for a history.
    180_000 + 1_000 * count,
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
