import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import type { BackupChoice } from '../../../../shared/ipc/routes/restore';
import {
  type FaultyGeneration,
  type FoundGeneration,
  generationName,
  readPlace,
} from '../../../store/backup/place';
import { bytesOf } from '../backup/generations';

const SHOWN = 500;

export interface Chosen {
  readonly place: string;
  readonly found: FoundGeneration;
  /** What speaks against it, as the page was told. */
  readonly fault: AppError | null;
}

/** The generations of a chosen place under handles, newest first. Throws BACKUP_PLACE_MISSING. */
export class Choices {
  private readonly chosen = new Map<string, Chosen>();

  /** `office`: code of the office of this device, or null where it has none. */
  list(place: string, office: string | null): BackupChoice[] {
    this.chosen.clear();
    const all = readPlace(place);
    return all
      .map((one) => this.choice(place, one, all, office))
      .sort((a, b) => b.createdMs - a.createdMs || b.generation - a.generation)
      .slice(0, SHOWN);
  }

  /** Throws INPUT_INVALID for a handle that was never given, or what speaks against the backup. */
  demand(id: string): Chosen {
    const chosen = this.chosen.get(id);
    if (chosen === undefined) throw new AppError('INPUT_INVALID', { field: 'id' });
    if (chosen.fault !== null) throw chosen.fault;
    return chosen;
  }

  private choice(
    place: string,
    one: FoundGeneration | FaultyGeneration,
    all: readonly (FoundGeneration | FaultyGeneration)[],
    office: string | null,
  ): BackupChoice {
    const id = randomUUID();
    const base = {
      id,
      generation: one.number,
      kind: 'full',
      createdMs: 0,
      bytes: 0,
      rows: 0,
    } as const;
    if ('fault' in one) {
      const { code, params } = one.fault;
      return { ...base, office: one.set, device: '', fault: code, faultParams: { ...params } };
    }
    const { manifest } = one.file;
    const fault = faultOf(one, all, office);
    this.chosen.set(id, { place, found: one, fault });
    return {
      ...base,
      kind: manifest.kind,
      createdMs: manifest.createdMs,
      bytes: bytesOf(one),
      rows: manifest.facts.rows,
      office: manifest.office.name,
      device: manifest.deviceId,
      fault: fault?.code ?? null,
      faultParams: { ...fault?.params },
    };
  }
}

/** What can be seen without a key: another office, a file or an earlier generation that is not there. */
function faultOf(
  one: FoundGeneration,
  all: readonly (FoundGeneration | FaultyGeneration)[],
  office: string | null,
): AppError | null {
  const { manifest } = one.file;
  if (office !== null && manifest.office.code !== office)
    return new AppError('BACKUP_OTHER_OFFICE', { office: manifest.office.name });
  const parts = manifest.slice === null ? [manifest.journal] : [manifest.journal, manifest.slice];
  const files = [...parts.flatMap(({ chunks, macs }) => [...chunks, macs]), ...manifest.copies];
  const lost = files.find(({ name }) => !existsSync(join(one.folder, name)));
  if (lost !== undefined) return new AppError('BACKUP_INCOMPLETE', { file: lost.name });
  const { parent } = manifest;
  if (parent === null) return null;
  const before = all.find(
    ({ number, folder }) => number === parent.generation && dirname(folder) === dirname(one.folder),
  );
  if (before === undefined || 'fault' in before)
    return new AppError('BACKUP_INCOMPLETE', { file: generationName(parent.generation) });
  return faultOf(before, all, office);
}
