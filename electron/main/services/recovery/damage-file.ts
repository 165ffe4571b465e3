import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { isErrorCode } from '../../../../shared/errors/app-error';
import { writeAtomically } from '../../../platform/atomic-write';

/** Its name in the office's folder. */
export const DAMAGE_FILE = 'damage.json';
const MAX_ACTS = 100;

const DamageFileSchema = z.strictObject({
  version: z.literal(1),
  /** Damage that was found and that nobody has decided about. */
  found: z
    .strictObject({
      code: z.string().refine(isErrorCode),
      file: z.string().max(40),
      atMs: z.number().int().nonnegative(),
    })
    .nullable(),
  /** What persons did while no journal could take an audit entry. */
  acts: z
    .array(
      z.strictObject({
        choice: z.string().max(40),
        actor: z.string().max(40),
        atMs: z.number().int().nonnegative(),
      }),
    )
    .max(MAX_ACTS),
});
export type DamageFile = z.infer<typeof DamageFileSchema>;

const NOTHING: DamageFile = { version: 1, found: null, acts: [] };

/** Reads damage.json. One that does not parse says nothing: the files themselves are looked at anyway. */
export async function readDamage(path: string): Promise<DamageFile> {
  try {
    return DamageFileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return NOTHING;
  }
}

export async function writeDamage(path: string, damage: DamageFile): Promise<void> {
  const acts = damage.acts.slice(-MAX_ACTS);
  await writeAtomically(path, `${JSON.stringify({ ...damage, acts })}\n`);
}

/** Keeps an act until a journal can take it. */
export async function noteAct(path: string, act: DamageFile['acts'][number]): Promise<void> {
  const damage = await readDamage(path);
  await writeDamage(path, { ...damage, acts: [...damage.acts, act] });
}
