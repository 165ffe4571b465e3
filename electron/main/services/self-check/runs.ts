import { z } from 'zod';
import { type SelfCheckRun, SelfCheckRunSchema } from '../../../../shared/ipc/routes/self-check';
import type { StoreCaller } from '../../clients/store-client';

/** Fact of the journal with the last runs. */
const FACT = 'self-check';
const KEPT = 30;
const RunsSchema = z.array(SelfCheckRunSchema);

/** The last runs, newest first; none where the text is another version's. */
export async function readRuns(store: StoreCaller): Promise<readonly SelfCheckRun[]> {
  const text = await store.call('factGet', { name: FACT });
  if (text === null) return [];
  const parsed = RunsSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data.slice(0, KEPT) : [];
}

/** Adds a run and its audit entry: first the entry, which cannot be taken back. */
export async function recordRun(
  store: StoreCaller,
  run: SelfCheckRun,
  actor: string,
): Promise<void> {
  const found = run.items
    .filter(({ state }) => state !== 'ok')
    .map(({ name, state, code }) => ({ name, state, code }));
  const payload = { by: run.by, atMs: run.atMs, tookMs: run.endedMs - run.atMs, found };
  await store.call('auditAppend', { kind: 'self-check', actor, payload });
  const runs = [run, ...(await readRuns(store))].slice(0, KEPT);
  await store.call('factSet', { name: FACT, value: JSON.stringify(runs) });
}
