import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const NOTE = 'unfinished.json';
const PART_NAME = /[\\/]\.[^\\/]+\.[0-9a-f]{8}\.part$/u;

/** Notes in an export's folder where its unfinished archive is about to stand. */
export async function noteUnfinished(folder: string, partPath: string): Promise<void> {
  await writeFile(join(folder, NOTE), JSON.stringify({ partPath }), { mode: 0o600 });
}

/**
 * Removes what killed exports left: their staging folders and the archives beside their targets. To be called
 * when no export runs (at start). Answers how many were found.
 */
export async function sweepStaging(stagingDir: string): Promise<number> {
  const names = await readdir(stagingDir).catch(() => []);
  const folders = names
    .filter((name) => name.startsWith('export-'))
    .map((name) => join(stagingDir, name));
  for (const folder of folders) {
    const partPath = await readNote(folder);
    if (partPath !== undefined) await rm(partPath, { force: true }).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
  return folders.length;
}

async function readNote(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, NOTE), 'utf8').catch(() => '{}');
  try {
    const note: unknown = JSON.parse(text);
    const path =
      typeof note === 'object' && note !== null && 'partPath' in note ? note.partPath : undefined;
    // Only a name of the form that we give is ever deleted.
    return typeof path === 'string' && PART_NAME.test(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
