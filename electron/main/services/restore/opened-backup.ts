import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { KeyRing } from '../../../crypto/key-ring';
import { Keyslots } from '../../../crypto/keyslots';
import { writeAtomically } from '../../../platform/atomic-write';
import { readWholeChunk } from '../../../store/backup/chunk-files';
import { type Chunk, isAuthentic } from '../../../store/backup/manifest';
import { SEALED_OFFICE, unsealOffice } from '../../../store/backup/office-seal';
import { type OfficeFile, OfficeFileSchema } from '../unlock/office-file';
import { slotOffice } from '../unlock/slot-office';
import type { Chosen } from './choices';

const KEYSLOTS = 'keyslots.json';

function slotsChunk({ found }: Chosen): Chunk {
  const chunk = found.file.manifest.copies.find(({ name }) => name === KEYSLOTS);
  if (chunk === undefined) throw new AppError('BACKUP_INCOMPLETE', { file: KEYSLOTS });
  return chunk;
}

/** Path of our copy of a backup's keyslots. */
export function slotsCopy(chosen: Chosen, slotsDir: string): string {
  return join(slotsDir, `${slotsChunk(chosen).sha256}.json`);
}

/**
 * The keyslots of a backup. They are opened in a copy of our own, one a content, which stays until the restore:
 * tries are counted there, and the stick is never written.
 */
export async function backupSlots(chosen: Chosen, slotsDir: string): Promise<Keyslots> {
  const copy = slotsCopy(chosen, slotsDir);
  if (!existsSync(copy)) {
    const bytes = readWholeChunk(chosen.found.folder, slotsChunk(chosen));
    await mkdir(slotsDir, { recursive: true, mode: 0o700 });
    await writeAtomically(copy, bytes);
  }
  const slots = await Keyslots.open(copy);
  if (slots === undefined) throw new AppError('BACKUP_INCOMPLETE', { file: KEYSLOTS });
  return slots;
}

/**
 * Whether people held a recovery key when the backup was made. Of one that was handed out behind it the backup cannot know: its parts
 * open it all the same.
 */
export function recoveryKeyOf({
  recovery,
  recoveryInHand,
}: Pick<Keyslots, 'recovery' | 'recoveryInHand'>): RouteOutput<'restore.pick'>['recoveryKey'] {
  if (recoveryInHand !== null) return 'in-hand';
  return recovery === null ? 'none' : 'not-yet';
}

/**
 * The key under which a backup's manifest was made: K_journal, or while a rotation was under way the next one.
 * A copy, which the caller zeroes. Throws BACKUP_KEY_WRONG.
 */
export function journalKeyOf({ found }: Chosen, ring: KeyRing): Uint8Array {
  for (const name of ['journal', 'journalNext'] as const) {
    if (!ring.has(name)) continue;
    const key = ring.copy(name);
    if (isAuthentic(found.file, key)) return key;
    key.fill(0);
  }
  throw new AppError('BACKUP_KEY_WRONG');
}

/** office.json of a backup, which must be the one that its keyslots are bound to. Throws BACKUP_ALTERED. */
export function officeOf({ found }: Chosen, slots: Keyslots, journalKey: Uint8Array): OfficeFile {
  const { manifest } = found.file;
  const chunk = manifest.copies.find(({ name }) => name === SEALED_OFFICE);
  if (chunk === undefined) throw new AppError('BACKUP_INCOMPLETE', { file: SEALED_OFFICE });
  const bytes = unsealOffice(readWholeChunk(found.folder, chunk), journalKey);
  const parsed = OfficeFileSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  const isSame =
    parsed.success &&
    parsed.data.office.code === manifest.office.code &&
    parsed.data.deviceId === slots.deviceId &&
    slots.office === slotOffice(parsed.data.office.code, parsed.data.ca);
  if (!isSame) throw new AppError('BACKUP_ALTERED', { file: SEALED_OFFICE }, 'another office');
  return parsed.data;
}
