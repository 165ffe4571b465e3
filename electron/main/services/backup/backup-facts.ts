import { z } from 'zod';
import { CopyProofSchema } from '../../../../shared/ipc/routes/backup';
import type { StoreCaller } from '../../clients/store-client';

/** Fact of the journal with everything that is remembered of backups; the path is nowhere in plain. */
const FACT = 'backup';

const FactsSchema = z.strictObject({
  /** Folder, and the id that it was given. */
  place: z.strictObject({ path: z.string().max(4096), id: z.string().max(40) }).nullable(),
  /** Since when a place is chosen, for the notice before the first backup. */
  sinceMs: z.number().nullable(),
  lastMs: z.number().nullable(),
  lastFullMs: z.number().nullable(),
  failure: z
    .strictObject({
      atMs: z.number(),
      code: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number()])),
    })
    .nullable(),
  verified: CopyProofSchema.nullable(),
  drilled: CopyProofSchema.nullable(),
});
export type BackupFacts = z.infer<typeof FactsSchema>;

const NONE: BackupFacts = {
  place: null,
  sinceMs: null,
  lastMs: null,
  lastFullMs: null,
  failure: null,
  verified: null,
  drilled: null,
};

/** What is remembered; nothing where a text does not parse (a restored journal of another version). */
export async function readFacts(store: StoreCaller): Promise<BackupFacts> {
  const text = await store.call('factGet', { name: FACT });
  if (text === null) return NONE;
  const parsed = FactsSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : NONE;
}

export async function writeFacts(store: StoreCaller, facts: BackupFacts): Promise<void> {
  await store.call('factSet', { name: FACT, value: JSON.stringify(facts) });
}

/** When a session without the slice's key made the last copy, and where: a fact of its own, which former versions pass over. */
const UNCHECKED = 'backup-unchecked';
const UncheckedSchema = z.strictObject({ place: z.string().max(40), atMs: z.number() });

export async function readUnchecked(store: StoreCaller, place: string): Promise<number | null> {
  const text = await store.call('factGet', { name: UNCHECKED });
  if (text === null) return null;
  const parsed = UncheckedSchema.safeParse(JSON.parse(text));
  return parsed.success && parsed.data.place === place ? parsed.data.atMs : null;
}

export async function writeUnchecked(
  store: StoreCaller,
  made: z.infer<typeof UncheckedSchema>,
): Promise<void> {
  await store.call('factSet', { name: UNCHECKED, value: JSON.stringify(made) });
}
