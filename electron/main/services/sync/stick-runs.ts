import { z } from 'zod';
import type { StoreCaller } from '../../clients/store-client';

/** Fact of the journal: the latest runs that took a stick in the place of the line, newest first. */
const FACT = 'sync.stick-runs';
/** As many as are shown of all runs. */
const MOST = 50;

const RunsSchema = z.array(z.string().max(40)).max(MOST);

export async function readSticks(store: StoreCaller): Promise<ReadonlySet<string>> {
  const text = await store.call('factGet', { name: FACT });
  const parsed = RunsSchema.safeParse(text === null ? [] : JSON.parse(text));
  return new Set(parsed.data ?? []);
}

/** The run was a stick's. That it could not be noted costs a word on the page and nothing else. */
export async function noteStick(store: StoreCaller, runId: string): Promise<void> {
  const before = [...(await readSticks(store))];
  const value = JSON.stringify([runId, ...before].slice(0, MOST));
  await store.call('factSet', { name: FACT, value }).catch(() => undefined);
}
