import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import { type Part, PartSchema } from '../../../../shared/ipc/routes/about';

const FileSchema = z.strictObject({
  format: z.literal('fieldcert-parts'),
  version: z.literal(1),
  parts: z.array(PartSchema).max(2_000),
});

/** Whose work is in this program, as the build wrote it down. Throws FILE_UNREADABLE. */
export async function readParts(path: string): Promise<Part[]> {
  try {
    return FileSchema.parse(JSON.parse(await readFile(path, 'utf8'))).parts;
  } catch (cause) {
    throw new AppError('FILE_UNREADABLE', { name: 'parts.json' }, String(cause));
  }
}
