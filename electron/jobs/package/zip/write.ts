import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

const COMPRESSED: ReadonlySet<string> = new Set(['report.pdf', 'data.csv', 'manifest.json']);

/** Packs the files of `folder` in the order of `names` and syncs the archive to disk. */
export async function writePackageZip(
  folder: string,
  names: readonly string[],
  target: string,
  createdAtMs: number,
  signal: AbortSignal,
): Promise<void> {
  const zip = new ZipFile();
  for (const name of names) {
    zip.addFile(join(folder, name), name, {
      mtime: new Date(createdAtMs),
      mode: 0o100644,
      // The others are compressed inside already; of a report its structure is not.
      compress: COMPRESSED.has(name),
    });
  }
  zip.end();
  await writeZip(zip, target, signal);
  const handle = await open(target, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes an archive to whose end everything was added. Throws the signal's reason, or what a part or the disk said. */
export async function writeZip(zip: ZipFile, target: string, signal: AbortSignal): Promise<void> {
  // yazl answers problems of a file on the archive object, not on its stream.
  const problem = new AbortController();
  zip.on('error', (error: Error) => problem.abort(error));
  try {
    await pipeline(zip.outputStream, createWriteStream(target, { mode: 0o600 }), {
      signal: eitherSignal(signal, problem.signal),
    });
  } catch (error) {
    // Not "aborted": what a part said is the reason.
    throw problem.signal.aborted && !signal.aborted ? problem.signal.reason : error;
  }
}

/** `AbortSignal.any`, which Node 18 lacks. */
function eitherSignal(first: AbortSignal, second: AbortSignal): AbortSignal {
  const joined = new AbortController();
  for (const signal of [first, second]) {
    if (signal.aborted) joined.abort(signal.reason);
    signal.addEventListener('abort', () => joined.abort(signal.reason), { once: true });
  }
  return joined.signal;
}
