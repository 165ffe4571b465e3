import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Folder of an office in which damaged files are kept as they were. */
export const DAMAGED_FOLDER = 'damaged';
const ENDS = ['', '-wal', '-shm'];

/**
 * Renames a database's files into a folder of their own; nothing is copied, changed or deleted.
 * Answers the folder's name, null when there was nothing.
 */
export function setAside(path: string, officeDir: string, atMs: number): string | null {
  const there = ENDS.filter((end) => existsSync(path + end));
  if (there.length === 0) return null;
  const file = basename(path);
  const stamp = new Date(atMs).toISOString().slice(0, 19).replace(/[:T]/g, '-');
  let name = `${stamp}-${file.replace('.db', '')}`;
  for (let nth = 2; existsSync(join(officeDir, DAMAGED_FOLDER, name)); nth++)
    name = `${name.replace(/\.\d+$/, '')}.${nth}`;
  const folder = join(officeDir, DAMAGED_FOLDER, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // The database first: killed in between, its absence shows; without its log it would open as it was before.
  for (const end of there) renameSync(path + end, join(folder, file + end));
  return name;
}
