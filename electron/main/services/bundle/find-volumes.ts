import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import {
  BUNDLE_EXTENSION,
  type BundleIndex,
  BundleIndexSchema,
} from '../../../../shared/protocol/bundle';
import type { OfficeFile } from '../unlock/office-file';
import type { StatementChecks } from '../unlock/statement-checks';
import { readVolumeFile, stickError, type VolumeFile, type WholeVolume } from './volume-file';

/** More files of a folder are not looked at. */
const MAX_FILES = 2_000;

/** All files of one bundle, in order, and what its signed index says. */
export interface FoundBundle {
  readonly index: BundleIndex;
  readonly volumes: readonly WholeVolume[];
}

const nameOf = (path: string): string => basename(path).slice(0, 80);

/**
 * The bundle that a chosen file belongs to, with its other files out of the same folder, whatever their names.
 * The index is verified; of the files only their ends were read. Throws BUNDLE_NOT_ONE, BUNDLE_NEWER, BUNDLE_CUT,
 * BUNDLE_FORGED, BUNDLE_ALTERED, BUNDLE_OTHER_OFFICE, BUNDLE_OTHER_DEVICE, BUNDLE_VOLUME_MISSING,
 * BUNDLE_MIXED, BUNDLE_GONE.
 */
export async function findBundle(
  path: string,
  office: Pick<OfficeFile, 'deviceId' | 'office'>,
  checks: StatementChecks,
): Promise<FoundBundle> {
  const chosen = await readVolumeFile(path);
  const name = nameOf(path);
  if (chosen.state === 'foreign') throw new AppError('BUNDLE_NOT_ONE', { name });
  if (chosen.state === 'newer') throw new AppError('BUNDLE_NEWER', { name });
  if (chosen.state === 'cut') throw new AppError('BUNDLE_CUT', { name });
  const index = await verifiedIndex(chosen, checks);
  if (index.office !== office.office.code)
    throw new AppError('BUNDLE_OTHER_OFFICE', { office: index.office });
  if (index.device !== office.deviceId)
    throw new AppError('BUNDLE_OTHER_DEVICE', { device: index.device });
  const volumes = collect(chosen, index, await siblings(path));
  for (const [i, volume] of volumes.entries())
    if (volume.bytes !== index.volumes[i]?.bytes || volume.index !== chosen.index)
      throw new AppError('BUNDLE_ALTERED', { name: nameOf(volume.path) });
  return { index, volumes };
}

async function verifiedIndex(chosen: WholeVolume, checks: StatementChecks): Promise<BundleIndex> {
  const name = nameOf(chosen.path);
  let envelope: unknown;
  try {
    envelope = JSON.parse(chosen.index);
  } catch {
    throw new AppError('BUNDLE_ALTERED', { name }, 'index');
  }
  const opened = await checks.openTimeless(envelope, BundleIndexSchema);
  if (!opened.ok) {
    // Signed by our server and yet not understood: a later form of it.
    if (opened.error === 'payload-bad') throw new AppError('BUNDLE_NEWER', { name });
    throw new AppError(
      opened.error === 'malformed' ? 'BUNDLE_ALTERED' : 'BUNDLE_FORGED',
      { name },
      opened.error,
    );
  }
  const isListed = chosen.number >= 1 && chosen.number <= opened.value.volumes.length;
  if (opened.value.id !== chosen.id || !isListed)
    throw new AppError('BUNDLE_ALTERED', { name }, 'head');
  return opened.value;
}

interface Sibling {
  readonly path: string;
  readonly file: VolumeFile;
  /** Why it could not be read. */
  readonly fault: unknown;
}

async function siblings(path: string): Promise<readonly Sibling[]> {
  const folder = dirname(path);
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    throw stickError(cause, folder);
  }
  const own = basename(path);
  const others = entries
    .filter((entry) => entry.isFile() && entry.name !== own)
    .map(({ name }) => name)
    .filter((name) => name.toLowerCase().endsWith(`.${BUNDLE_EXTENSION}`))
    .slice(0, MAX_FILES);
  const found: Sibling[] = [];
  for (const name of others) {
    const other = join(folder, name);
    // What cannot be read is no matter as long as nothing is missing without it.
    const read = await readVolumeFile(other).then(
      (file) => ({ file, fault: null }),
      (fault: unknown) => ({ file: { state: 'foreign' } as const, fault }),
    );
    found.push({ path: other, ...read });
  }
  return found;
}

function collect(
  chosen: WholeVolume,
  index: BundleIndex,
  others: readonly Sibling[],
): readonly WholeVolume[] {
  const byNumber = new Map<number, WholeVolume>([[chosen.number, chosen]]);
  let hasOthers = false;
  for (const { path, file } of others) {
    if (file.state === 'foreign' || file.state === 'newer') continue;
    if (file.id !== chosen.id) hasOthers = true;
    else if (file.state === 'cut') throw new AppError('BUNDLE_CUT', { name: nameOf(path) });
    else if (!byNumber.has(file.number)) byNumber.set(file.number, file);
  }
  const count = index.volumes.length;
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  const missing = numbers.filter((number) => !byNumber.has(number));
  if (missing.length > 0) {
    const unread = others.find(({ fault }) => fault !== null);
    if (unread !== undefined) throw unread.fault;
    const volumes = missing.slice(0, 20).join(', ');
    throw hasOthers
      ? new AppError('BUNDLE_MIXED', { volumes })
      : new AppError('BUNDLE_VOLUME_MISSING', { volumes, count });
  }
  return numbers.flatMap((number) => byNumber.get(number) ?? []);
}
