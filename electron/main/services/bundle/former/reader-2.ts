import { readFileSync } from 'node:fs';

/**
 * How a program that knows versions 1 and 2 takes a file, as it was shipped (the ends of a file, before anything is
 * opened). Frozen: tests hold that it refuses later versions by name.
 */
export function takenByReader2(path: string): 'foreign' | 'newer' | 'cut' | 'whole' {
  const file = readFileSync(path);
  if (file.length < 9 || file.toString('latin1', 0, 8) !== 'FCBUNDLE') return 'foreign';
  const version = file.readUInt8(8);
  if (version > 2) return 'newer';
  if (version < 1) return 'foreign';
  if (file.length < 27 + 12 || file.toString('latin1', file.length - 8) !== 'FCBEND01')
    return 'cut';
  const indexBytes = file.readUInt32BE(file.length - 12);
  return indexBytes > 1_048_576 || file.length - 12 - indexBytes < 27 ? 'cut' : 'whole';
}
