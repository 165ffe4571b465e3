import { AppError } from '../../../shared/errors/app-error';
import { isAuthentic } from './manifest';
import { type FoundGeneration, generationName, readSet, rootOf } from './place';

/**
 * A generation and those that it builds on, the full one first: each made under this K_journal and each the very
 * one that its child names. Throws BACKUP_INCOMPLETE, BACKUP_KEY_WRONG, BACKUP_ALTERED or what reading met.
 */
export function readChain(
  place: string,
  set: string,
  generation: number,
  journalKey: Uint8Array,
): readonly FoundGeneration[] {
  const found = readSet(rootOf(place), set);
  const chain: FoundGeneration[] = [];
  let wanted: { readonly generation: number; readonly sha256: string | null } = {
    generation,
    sha256: null,
  };
  for (;;) {
    const one = found.find(({ number }) => number === wanted.generation);
    const file = generationName(wanted.generation);
    if (one === undefined) throw new AppError('BACKUP_INCOMPLETE', { file });
    if ('fault' in one) throw one.fault;
    if (wanted.sha256 !== null && one.sha256 !== wanted.sha256)
      throw new AppError('BACKUP_ALTERED', { file }, 'not the parent that was meant');
    if (!isAuthentic(one.file, journalKey)) {
      // A child that holds under the key vouches for its parent: then the parent was altered.
      throw chain.length > 0
        ? new AppError('BACKUP_ALTERED', { file })
        : new AppError('BACKUP_KEY_WRONG');
    }
    chain.unshift(one);
    const { parent } = one.file.manifest;
    if (parent === null) return chain;
    if (parent.generation >= wanted.generation) throw new AppError('BACKUP_ALTERED', { file });
    wanted = parent;
  }
}
