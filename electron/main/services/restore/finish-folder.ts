import { existsSync } from 'node:fs';
import { copyFile, cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import { CounterReserve } from '../../../crypto/counter-reserve';
import { diskError } from '../../../platform/atomic-write';
import { syncTree } from '../../../platform/sync-tree';
import { type OfficeFile, readOffice, writeOffice } from '../unlock/office-file';

/** What the restore itself puts into the folder or beside it, with what the engine leaves beside a database. */
const RESTORED =
  /^(keyslots\.json|office\.json|seal-counter\.json|put-aside\.json|(journal|slice)(\.new)?\.db.*)$/;
/** Made again by themselves, or fetched again. */
const PASSING = /^(incoming|segments|exports-tmp|attachments)$|\.tmp$/;

/**
 * Makes a filled folder an office of this device: nothing sealed later may repeat a counter, and what of the present
 * folder is no part of a backup (grants, device keys, the practice key) comes along. The present folder is only read.
 * `keyslots`: a file that goes in place of the backup's. Resolves when all of it is on the disk. Throws
 * BACKUP_INCOMPLETE, DISK_FULL, DISK_READ_ONLY.
 */
export async function finishFolder(
  folder: string,
  presentDir: string,
  keyslots: string | null,
): Promise<OfficeFile> {
  const counter = (dir: string) => join(dir, 'seal-counter.json');
  await CounterReserve.jump(counter(folder), existsSync(presentDir) ? counter(presentDir) : null);
  const office = await readOffice(join(folder, 'office.json'));
  if (office === null) throw new AppError('BACKUP_INCOMPLETE', { file: 'office.json' });
  await writeOffice(join(folder, 'office.json'), { ...office, hasJournal: true });
  try {
    if (existsSync(presentDir)) await carryOver(presentDir, folder);
    if (keyslots !== null) await copyFile(keyslots, join(folder, 'keyslots.json'));
    // The swap's mark says that the folder is whole, so it must be before a power cut can meet the mark.
    await syncTree(folder);
  } catch (cause) {
    throw diskError(cause, 0);
  }
  return office;
}

async function carryOver(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const { name } = entry;
    if (RESTORED.test(name) || PASSING.test(name)) continue;
    const source = join(from, name);
    if (entry.isDirectory()) await cp(source, join(to, name), { recursive: true });
    else if (entry.isFile()) await copyFile(source, join(to, name));
  }
}
