import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hexFromBytes } from '../../../../shared/kernel/codecs';
import { createSm3 } from '../../../crypto/sm3';
import { BOARD_FILE } from '../../../jobs/package/layout';
import { digestGroups } from '../signing/intent-words';

const DATA_FILES = ['data.xlsx', 'data.csv'] as const;

export interface StagedFiles {
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Beginning and end of the SM3 over the data files, a board's picture after them, in groups that a person can compare. */
  readonly digestWords: string;
}

/** What lies ready to be signed in an export's staging folder; empty when it cannot be read. */
export async function stagedFiles(stagingDir: string): Promise<StagedFiles> {
  const nothing: StagedFiles = { files: [], digestWords: '' };
  const names = await readdir(stagingDir).catch(() => []);
  const [folder] = names.filter((name) => name.startsWith('export-'));
  if (folder === undefined) return nothing;
  try {
    const sm3 = await createSm3();
    sm3.begin();
    const made = await readdir(join(stagingDir, folder));
    const data = made.includes(BOARD_FILE) ? [...DATA_FILES, BOARD_FILE] : DATA_FILES;
    const files: { path: string; bytes: number }[] = [];
    for (const name of data) {
      const file = join(stagingDir, folder, name);
      files.push({ path: name, bytes: (await stat(file)).size });
      for await (const piece of createReadStream(file)) sm3.update(piece as Buffer);
    }
    const report = await stat(join(stagingDir, folder, 'report.pdf'));
    files.push({ path: 'report.pdf', bytes: report.size });
    return { files, digestWords: digestGroups(hexFromBytes(sm3.end())) };
  } catch {
    return nothing;
  }
}
