import { expect, it } from 'vitest';
import { eachStep } from './upkeep';

// Would catch: one region that cannot be built, and no region behind it renewed, no ended grant swept, no key destroyed.
it('goes on behind a step that fails, and says which', async () => {
  const done: string[] = [];
  const said: string[] = [];
  const act = (name: string) => async () => void done.push(name);
  const failing = async () => {
    throw new Error('no room');
  };
  await eachStep(
    [
      ['region 1', failing],
      ['region 2', act('region 2')],
      ['grants', failing],
      ['national', act('national')],
    ],
    () => false,
    (line) => said.push(line),
  );
  expect(done).toEqual(['region 2', 'national']);
  expect(said).toEqual(['upkeep, region 1: Error: no room', 'upkeep, grants: Error: no room']);
});

it('ends between two steps when it is told to', async () => {
  const done: number[] = [];
  const steps = [1, 2, 3].map((n) => [String(n), async () => void done.push(n)] as const);
  await eachStep(
    steps,
    () => done.length === 2,
    () => undefined,
  );
  expect(done).toEqual([1, 2]);
});
