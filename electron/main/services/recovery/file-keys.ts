import type { KeyName, KeyRing } from '../../../crypto/key-ring';
import type { EitherKey, RecoveryKeys } from '../../../store/recovery/calls';

type File = 'journal' | 'slice';
const NEXT: Readonly<Record<File, KeyName>> = { journal: 'journalNext', slice: 'sliceNext' };

/**
 * Copies of a file's key and, while a rotation runs, of the one that is to replace it; they are zeroed when the
 * call has ended, however it ends.
 */
export async function withKeysOf<T>(
  keys: KeyRing,
  file: File,
  call: (keys: EitherKey) => Promise<T>,
): Promise<T> {
  const next = NEXT[file];
  const copies: EitherKey = {
    key: keys.copy(file),
    ...(keys.has(next) ? { nextKey: keys.copy(next) } : {}),
  };
  try {
    return await call(copies);
  } finally {
    copies.key.fill(0);
    copies.nextKey?.fill(0);
  }
}

/** As `withKeysOf`, for all files that the session holds keys of. */
export async function withKeysOfFiles<T>(
  keys: KeyRing,
  call: (keys: RecoveryKeys) => Promise<T>,
): Promise<T> {
  const others = (['journalNext', 'slice', 'sliceNext'] as const).filter((name) => keys.has(name));
  const copies: RecoveryKeys = {
    journal: keys.copy('journal'),
    ...Object.fromEntries(others.map((name) => [name, keys.copy(name)])),
  };
  try {
    return await call(copies);
  } finally {
    for (const key of Object.values(copies)) key?.fill(0);
  }
}
