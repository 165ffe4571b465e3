import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import { diskError } from '../../platform/atomic-write';
import { MANIFEST_FILE, type ManifestFile, parseManifest, sha256Hex } from './manifest';

/*
 * How backups lie in a place that a person chose:
 *
 *   FieldCert-Backup/place.json            which place this is, so that an empty mount point is not taken for it
 *   FieldCert-Backup/<office>-<device>/G000012/   a generation: manifest.json last, then renamed from G000012.part
 *
 * Names are plain ASCII without a difference in case only: FAT32 keeps them.
 */
const ROOT = 'FieldCert-Backup';
const PLACE_FILE = 'place.json';
const GENERATION = /^G(\d{6})$/;

/** A fault of the medium in words: gone, full or read-only. Other failures unchanged. */
export function placeError(cause: unknown, neededBytes = 0): unknown {
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  const gone = ['ENOENT', 'ENODEV', 'ENXIO', 'EIO', 'ENOTCONN', 'ENOTDIR', 'ESTALE', 'EHOSTDOWN'];
  if (code !== undefined && gone.includes(code))
    return new AppError('BACKUP_PLACE_MISSING', {}, code);
  return diskError(cause, neededBytes);
}

/** Folder of all sets below a chosen folder; the chosen folder itself where it is one. */
export function rootOf(place: string): string {
  return basename(place) === ROOT ? place : join(place, ROOT);
}

export function setName(officeCode: string, deviceId: string): string {
  return `${officeCode}-${deviceId}`.replace(/[^A-Za-z0-9-]/g, '-').slice(0, 80);
}

export function generationName(generation: number): string {
  return `G${String(generation).padStart(6, '0')}`;
}

/** Whether the place is there, and the one that is meant. */
export function isPlaceThere(place: string, placeId: string | null): boolean {
  try {
    if (!statSync(place).isDirectory()) return false;
    return placeId === null || placeIdOf(place) === placeId;
  } catch {
    return false;
  }
}

/** The id that a place was given when it was first chosen; null where it has none. */
export function placeIdOf(place: string): string | null {
  try {
    const { id } = JSON.parse(readFileSync(join(rootOf(place), PLACE_FILE), 'utf8')) as {
      id?: unknown;
    };
    return typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id) ? id : null;
  } catch {
    return null;
  }
}

export function placeFile(place: string): string {
  return join(rootOf(place), PLACE_FILE);
}

/** A generation as it is found, before anybody vouches for it. */
export interface FoundGeneration {
  readonly set: string;
  readonly folder: string;
  readonly number: number;
  readonly file: ManifestFile;
  /** Of the manifest's bytes. */
  readonly sha256: string;
}
export interface FaultyGeneration {
  readonly set: string;
  readonly folder: string;
  readonly number: number;
  readonly fault: AppError;
}

function readGeneration(
  set: string,
  folder: string,
  number: number,
): FoundGeneration | FaultyGeneration | null {
  const path = join(folder, MANIFEST_FILE);
  // The manifest comes last: without one nothing was finished here.
  if (!existsSync(path)) return null;
  try {
    const bytes = readFileSync(path);
    const file = parseManifest(bytes);
    if (file.manifest.generation !== number)
      throw new AppError('BACKUP_ALTERED', { file: MANIFEST_FILE }, 'another generation');
    return { set, folder, number, file, sha256: sha256Hex(bytes) };
  } catch (cause) {
    const error = placeError(cause);
    if (error instanceof AppError) return { set, folder, number, fault: error };
    throw error;
  }
}

/** Finished generations of a set, oldest first. */
export function readSet(root: string, set: string): (FoundGeneration | FaultyGeneration)[] {
  const folder = join(root, set);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => ({ name, number: Number(GENERATION.exec(name)?.[1] ?? 0) }))
    .filter(({ number }) => number > 0)
    .sort((a, b) => a.number - b.number)
    .flatMap(({ name, number }) => readGeneration(set, join(folder, name), number) ?? []);
}

/** All sets of a place. Throws BACKUP_PLACE_MISSING; a place without backups answers none. */
export function readPlace(place: string): (FoundGeneration | FaultyGeneration)[] {
  try {
    if (!statSync(place).isDirectory()) throw new AppError('BACKUP_PLACE_MISSING');
    const root = rootOf(place);
    if (!existsSync(root)) return [];
    return readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((entry) => readSet(root, entry.name));
  } catch (cause) {
    throw placeError(cause);
  }
}

/** The folder of a new generation, unfinished; what killed runs left is removed. */
export function beginGeneration(
  place: string,
  set: string,
): { readonly number: number; readonly part: string; readonly folder: string } {
  const root = rootOf(place);
  // Never the parents: where a stick is not mounted its mount point must not become a backup.
  for (const folder of [root, join(root, set)])
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  const names = readdirSync(join(root, set));
  for (const name of names)
    if (name.endsWith('.part')) rmSync(join(root, set, name), { recursive: true, force: true });
  const number = 1 + Math.max(0, ...names.map((name) => Number(GENERATION.exec(name)?.[1] ?? 0)));
  const folder = join(root, set, generationName(number));
  const part = `${folder}.part`;
  mkdirSync(part, { mode: 0o700 });
  return { number, part, folder };
}
