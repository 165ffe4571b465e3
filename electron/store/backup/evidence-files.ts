import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import { diskError } from '../../platform/atomic-write';
import { ChunkWriter, readChunk } from './chunk-files';
import { EVIDENCE_NAME, type EvidencePart, RESTORED_EVIDENCE } from './manifest';

/**
 * Copies evidence that the server does not have yet: sealed files, one behind the other. It exists nowhere else. Null
 * where there is none. Throws DISK_FULL, DISK_READ_ONLY, BACKUP_PLACE_MISSING.
 */
export function copyEvidence(
  evidenceDir: string | undefined,
  folder: string,
  chunkBytes: number,
): EvidencePart | null {
  if (evidenceDir === undefined || !existsSync(evidenceDir)) return null;
  const names = readdirSync(evidenceDir).filter((name) => EVIDENCE_NAME.test(name));
  const writer = new ChunkWriter(folder, 'evidence', chunkBytes);
  const files: { name: string; bytes: number }[] = [];
  try {
    for (const name of names.sort()) {
      const bytes = readIfThere(join(evidenceDir, name));
      if (bytes === null) continue;
      writer.write(bytes);
      files.push({ name, bytes: bytes.length });
    }
  } catch (cause) {
    writer.abandon();
    throw cause;
  }
  const chunks = writer.end();
  return files.length === 0 ? null : { files, chunks };
}

/** Null for one that the server confirmed meanwhile. */
function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw cause;
  }
}

/** Lays a generation's evidence into the folder being filled. Throws BACKUP_ALTERED, BACKUP_INCOMPLETE, DISK_FULL. */
export function restoreEvidence(folder: string, part: EvidencePart, targetDir: string): void {
  const target = join(targetDir, RESTORED_EVIDENCE);
  const pieces = piecesOf(folder, part);
  let rest = Buffer.alloc(0);
  try {
    mkdirSync(target, { recursive: true, mode: 0o700 });
    for (const { name, bytes } of part.files) {
      while (rest.length < bytes) {
        const next = pieces.next();
        if (next.done) throw new AppError('BACKUP_ALTERED', { file: name }, 'evidence is shorter');
        rest = Buffer.concat([rest, next.value]);
      }
      writeFileSync(join(target, name), rest.subarray(0, bytes), {
        mode: 0o600,
        flag: 'wx',
        flush: true,
      });
      rest = Buffer.from(rest.subarray(bytes));
    }
    // A chunk is vouched for at its end alone.
    if (rest.length > 0 || !pieces.next().done)
      throw new AppError(
        'BACKUP_ALTERED',
        { file: part.chunks[0]?.name ?? '' },
        'evidence is longer',
      );
  } catch (cause) {
    throw diskError(cause, rest.length);
  }
}

function* piecesOf(folder: string, { chunks }: EvidencePart): Generator<Buffer> {
  for (const chunk of chunks) yield* readChunk(folder, chunk);
}
