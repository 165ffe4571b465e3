import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface ScanResult {
  readonly files: number;
  readonly bytes: number;
  /** Needles found, with the file each was found in. Empty is what we hope for. */
  readonly hits: readonly { readonly needle: string; readonly file: string }[];
}

/** Every regular file below a folder. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
}

/** The ways a text may lie in a file: UTF-8 (SQLite, JSON), UTF-16LE (Chromium, Windows). */
function encodings(needle: string): Buffer[] {
  return [Buffer.from(needle, 'utf8'), Buffer.from(needle, 'utf16le')];
}

/**
 * Looks for texts in every byte of every file below a folder, across chunk borders.
 * @param needles texts of at least 4 characters that are known to be in the records
 */
export async function scanForPlaintext(
  folder: string,
  needles: readonly string[],
): Promise<ScanResult> {
  const patterns = needles.flatMap((needle) =>
    encodings(needle).map((bytes) => ({ needle, bytes })),
  );
  const overlap = Math.max(1, ...patterns.map((p) => p.bytes.length)) - 1;
  const hits: { needle: string; file: string }[] = [];
  const files = await filesBelow(folder);
  let bytes = 0;
  for (const file of files) {
    let tail = Buffer.alloc(0);
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 22 })) {
      bytes += (chunk as Buffer).length;
      const window = Buffer.concat([tail, chunk as Buffer]);
      for (const { needle, bytes: pattern } of patterns) {
        if (window.includes(pattern)) hits.push({ needle, file });
      }
      tail = window.subarray(Math.max(0, window.length - overlap));
    }
  }
  return { files: files.length, bytes, hits };
}
