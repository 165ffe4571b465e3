import type { Generation } from '../../../../shared/ipc/routes/backup';
import { isAuthentic } from '../../../store/backup/manifest';
import {
  type FaultyGeneration,
  type FoundGeneration,
  readSet,
  rootOf,
} from '../../../store/backup/place';

const SHOWN = 500;

/** Bytes that a generation takes on the place. */
export function bytesOf({ file: { manifest } }: FoundGeneration): number {
  const { journal, slice, copies } = manifest;
  const parts = slice === null ? [journal] : [journal, slice];
  const chunks = parts.flatMap(({ chunks, list, macs }) => [
    ...chunks,
    macs,
    ...(list === null ? [] : [list]),
  ]);
  return [...chunks, ...copies].reduce((sum, { bytes }) => sum + bytes, 0);
}

function shown(one: FoundGeneration | FaultyGeneration, journalKey: Uint8Array): Generation {
  if ('fault' in one) {
    const isNewer = one.fault.code === 'BACKUP_FROM_FUTURE';
    return {
      generation: one.number,
      kind: 'full',
      createdMs: 0,
      bytes: 0,
      rows: 0,
      state: isNewer ? 'newer' : 'altered',
    };
  }
  const { manifest } = one.file;
  const { slice } = manifest;
  return {
    generation: one.number,
    kind: manifest.kind,
    createdMs: manifest.createdMs,
    bytes: bytesOf(one),
    rows: manifest.facts.rows,
    state: !isAuthentic(one.file, journalKey)
      ? 'other-key'
      : slice === null
        ? 'no-slice'
        : slice.isChecked
          ? 'sound'
          : 'unproven',
  };
}

/** Generations of a set on a place, newest first, as far as K_journal vouches for them. */
export function listGenerations(place: string, set: string, journalKey: Uint8Array): Generation[] {
  return readSet(rootOf(place), set)
    .map((one) => shown(one, journalKey))
    .reverse()
    .slice(0, SHOWN);
}
