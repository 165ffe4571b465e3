import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../../../platform/atomic-write';

const FILE = 'put-aside.json';
const MAX_BYTES = 10_000;
const MsSchema = z.int().nonnegative();

/** What a restore notes in the office that it puts aside: no secret, no person. */
export const PutAsideSchema = z.strictObject({
  format: z.literal('fieldcert-put-aside'),
  version: z.literal(1),
  /** When it was put aside, and for which backup; null where nobody noted it. */
  atMs: MsSchema.nullable(),
  backup: z.strictObject({ createdMs: MsSchema, generation: z.int().positive() }).nullable(),
  /** The restored office goes on with this one's journal: everything of it lives there too. */
  isJournalKept: z.boolean(),
  exportedMs: MsSchema.nullable(),
});
export type PutAside = z.infer<typeof PutAsideSchema>;

const UNKNOWN: PutAside = {
  format: 'fieldcert-put-aside',
  version: 1,
  atMs: null,
  backup: null,
  isJournalKept: false,
  exportedMs: null,
};

/** A note of now. */
export const putAside = (note: Pick<PutAside, 'atMs' | 'backup' | 'isJournalKept'>): PutAside => ({
  ...UNKNOWN,
  ...note,
});

/** The note of a folder; one that says nothing where it has none or an unreadable one. */
export async function readPutAside(folder: string): Promise<PutAside> {
  const path = join(folder, FILE);
  if (!existsSync(path)) return UNKNOWN;
  const text = await readFile(path, 'utf8').catch(() => '');
  return parsePutAside(text) ?? UNKNOWN;
}

/** Null where the text is none. */
export function parsePutAside(text: string): PutAside | null {
  if (text.length > MAX_BYTES) return null;
  try {
    const parsed = PutAsideSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export const writePutAside = (folder: string, note: PutAside): Promise<void> =>
  writeAtomically(join(folder, FILE), JSON.stringify(note));
