import { existsSync } from 'node:fs';
import { copyFile, cp, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import { CounterReserve } from '../../../crypto/counter-reserve';
import { type OfficeFile, readOffice, writeOffice } from '../unlock/office-file';

/** What the restore itself puts into the folder, with what the engine leaves beside a database. */
const RESTORED = /^(keyslots\.json|office\.json|seal-counter\.json|(journal|slice)(\.new)?\.db.*)$/;
/** Made again by themselves, or fetched again. */
const PASSING = /^(incoming|segments|exports-tmp|attachments)$|\.tmp$/;
const MAX_CARRIED_BYTES = 64 * 1024 * 1024;

/**
 * Makes a filled folder an office of this device: nothing sealed later may repeat a counter, and what of the present
 * folder is no part of a backup (grants, device keys, the practice key) comes along. The present folder is only read.
 * `keyslots`: a file that goes in place of the backup's.
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
  if (existsSync(presentDir)) await carryOver(presentDir, folder);
  if (keyslots !== null) await copyFile(keyslots, join(folder, 'keyslots.json'));
  return office;
}

async function carryOver(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const { name } = entry;
    if (RESTORED.test(name) || PASSING.test(name)) continue;
    const source = join(from, name);
    if (entry.isDirectory()) await cp(source, join(to, name), { recursive: true });
    else if (entry.isFile() && (await stat(source)).size <= MAX_CARRIED_BYTES)
      await copyFile(source, join(to, name));
  }
}
