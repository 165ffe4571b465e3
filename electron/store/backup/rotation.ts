import { renameSync, rmSync } from 'node:fs';
import { isAuthentic } from './manifest';
import { type FoundGeneration, placeError, readSet, rootOf } from './place';

/**
 * Removes the chains beyond the newest `keep` (a full generation and what builds on it). Only generations that
 * are ours and whole count as kept ones, and only such are removed: what cannot be read is left for a person.
 * Answers how many generations went.
 */
export function removeOldChains(
  place: string,
  set: string,
  keep: number,
  journalKey: Uint8Array,
): number {
  const ours = readSet(rootOf(place), set).filter(
    (one): one is FoundGeneration => 'file' in one && isAuthentic(one.file, journalKey),
  );
  // A full one without the slice is no start of a chain that could stand for another, nor is one whose pages nobody
  // could verify: an administrator's session copies them as they lie.
  const starts = ours.filter(
    ({ file }) => file.manifest.kind === 'full' && file.manifest.slice?.isChecked === true,
  );
  const oldestKept = starts.at(-keep)?.number;
  if (oldestKept === undefined) return 0;
  const old = ours.filter(({ number }) => number < oldestKept);
  try {
    // Newest first: a removal that is interrupted leaves whole chains, shorter at their end.
    for (const { folder } of old.reverse()) {
      renameSync(folder, `${folder}.part`);
      rmSync(`${folder}.part`, { recursive: true, force: true });
    }
  } catch (cause) {
    throw placeError(cause);
  }
  return old.length;
}
