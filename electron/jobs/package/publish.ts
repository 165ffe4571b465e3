import { randomUUID } from 'node:crypto';
import { access, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ProgressOf } from './data/write-data';
import { digestFile } from './digests';
import { ExportProblem } from './problem';
import { encryptFile } from './recipient/envelope';
import { noteUnfinished } from './staging';
import { verifyPackage } from './verify';
import { writePackageZip } from './zip/write';

/** In staging, before it is encrypted: what only the recipient may read is never in plain beside the target. */
const PLAIN_ZIP = 'package.zip';

interface PublishRequest {
  /** Staging folder with every file of the package. */
  readonly folder: string;
  /** Their names in the order of the package. */
  readonly files: readonly string[];
  readonly targetPath: string;
  readonly createdAtMs: number;
  /** DER of the certificate that the package is encrypted to; undefined: to none. */
  readonly recipient: Uint8Array | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: ProgressOf | undefined;
  /** Asked when everything is verified, right before the rename; a rejection is the end, and nothing is left. */
  readonly mayPublish: (() => Promise<void>) | undefined;
}

/**
 * Packs, verifies, encrypts where it is for one recipient, and renames into place: made beside the target, so that the
 * rename is atomic, and noted in staging, so that a kill leaves nothing for long. Throws `ExportProblem`.
 */
export async function publishPackage(
  request: PublishRequest,
): Promise<{ path: string; size: number; sha256: string }> {
  const { folder, files, targetPath, createdAtMs, recipient, signal, onProgress, mayPublish } =
    request;
  const unique = randomUUID().slice(0, 8);
  const beside = join(dirname(targetPath), `.${basename(targetPath)}.${unique}.part`);
  await access(dirname(targetPath)).catch(() => {
    throw new ExportProblem('target', 'folder is not there');
  });
  const zip = recipient === undefined ? beside : join(folder, PLAIN_ZIP);
  await noteUnfinished(folder, beside);
  try {
    onProgress?.({ phase: 'pack', done: 0, total: 1 });
    await writePackageZip(folder, files, zip, createdAtMs, signal);
    onProgress?.({ phase: 'verify', done: 0, total: 1 });
    const report = await verifyPackage(zip, { trustRoots: [], signal });
    const problem = report.checks.find((check) => !check.ok);
    if (problem !== undefined)
      throw new ExportProblem('self-check', `${problem.id}: ${problem.detail}`);
    if (recipient !== undefined) await encryptFile(zip, beside, recipient, signal);
    signal.throwIfAborted();
    const { size, sha256 } = await digestFile(beside, signal);
    await mayPublish?.();
    // The last moment at which a cancel is one.
    signal.throwIfAborted();
    // A rename would replace what another desk put there meanwhile.
    if (await isThere(targetPath))
      throw new ExportProblem('target', 'a file of this name is there');
    await rename(beside, targetPath);
    await syncFolder(dirname(targetPath));
    return { path: targetPath, size, sha256 };
  } catch (error) {
    await rm(beside, { force: true });
    throw isFileError(error) ? new ExportProblem('target', error.message) : error;
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error && 'syscall' in error;
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder for syncing; the rename is journalled there.
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
