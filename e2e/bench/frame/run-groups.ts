import type { Bench, BenchGroup } from '../groups/context';
import type { Group } from './options';

/** Runs the groups one after another; one that fails says why and the others go on. Answers how many failed. */
export async function runGroups(
  names: readonly Group[],
  groups: Readonly<Record<Group, BenchGroup>>,
  bench: Bench,
): Promise<number> {
  let failed = 0;
  for (const name of names) {
    console.log(`— ${name}`);
    try {
      await groups[name].run(bench);
    } catch (error) {
      failed++;
      console.error(`${name} failed:`, error);
    }
  }
  return failed;
}
