import { chmod, copyFile, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import { RELEASE_VERSION } from '../../../../shared/protocol/release-version';
import { diskError, syncFolder, writeAtomically } from '../../../platform/atomic-write';
import { isFile } from './fetch-file';
import type { PendingUpdate } from './pending-update';

const Version = z.string().regex(RELEASE_VERSION);
const SwapSchema = z.strictObject({
  from: Version,
  to: Version,
  appImage: z.string(),
  former: z.string(),
  /** Starts of the new version that did not reach a window. */
  starts: z.number().int().nonnegative(),
});
type Swap = z.infer<typeof SwapSchema>;

/** So often may the new version begin without reaching its first window. */
const MOST_STARTS = 1;

/**
 * Puts a new AppImage in the place of the one that runs and keeps the former beside it until the new one has reached its
 * first window. Nobody ever finds half a file under the program's name. A start that finds that the one before it
 * reached no window puts the former back.
 */
export class AppImageSwap {
  constructor(
    /** Where it is remembered that the new one has not shown itself yet. */
    private readonly notePath: string,
    private readonly version: string,
  ) {}

  /**
   * `appImage`: the file that runs. What is put there is hashed as it lies there, after the copy. Throws
   * UPDATE_FILE_DAMAGED, DISK_FULL, DISK_READ_ONLY; then everything is as before.
   */
  async install({ release, file, path }: PendingUpdate, appImage: string): Promise<void> {
    const [fresh, former] = besides(appImage);
    try {
      await copyFile(path, fresh);
      await chmod(fresh, 0o755);
      await flush(fresh);
      if (!(await isFile(fresh, file))) throw new AppError('UPDATE_FILE_DAMAGED', {}, 'copied');
      await copyFile(appImage, former);
      await chmod(former, (await stat(appImage)).mode & 0o777);
      await flush(former);
      const { version: from, notePath } = this;
      const swap: Swap = { from, to: release.version, appImage, former, starts: 0 };
      await writeAtomically(notePath, `${JSON.stringify(swap)}\n`);
      await rename(fresh, appImage);
      await syncFolder(dirname(appImage));
    } catch (cause) {
      await rm(fresh, { force: true }).catch(() => undefined);
      throw diskError(cause, file.bytes);
    }
  }

  /**
   * To be called first of all at each start. `former`: the new version had its chance and reached no window; the former is
   * back in its place and is to be started. `trying`: this is the new version's start.
   */
  async begin(): Promise<'none' | 'trying' | { readonly former: string; readonly failed: string }> {
    const swap = await this.pending();
    if (swap === undefined) return 'none';
    if (swap.to !== this.version) {
      // The power went between note and rename, or the former is back already: what runs is not the new one.
      await this.forget(swap);
      return 'none';
    }
    if (swap.starts < MOST_STARTS) {
      const next: Swap = { ...swap, starts: swap.starts + 1 };
      await writeAtomically(this.notePath, `${JSON.stringify(next)}\n`);
      return 'trying';
    }
    try {
      await rename(swap.former, swap.appImage);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      // Somebody took the former away: there is no way back, and a start that ends for it would be no better.
      await this.forget(swap);
      return 'none';
    }
    await syncFolder(dirname(swap.appImage));
    await rm(this.notePath, { force: true });
    return { former: swap.appImage, failed: swap.to };
  }

  /**
   * The first window is there: the former goes, and what a power cut left beside the program that runs (`appImage`; null:
   * it is none that is replaced).
   */
  async reachedWindow(appImage: string | null): Promise<void> {
    const swap = await this.pending();
    if (swap !== undefined && swap.to === this.version) await this.forget(swap);
    if (appImage === null || (swap !== undefined && swap.to !== this.version)) return;
    for (const left of besides(appImage)) await rm(left, { force: true });
  }

  private async forget({ former }: Swap): Promise<void> {
    await rm(this.notePath, { force: true });
    await rm(former, { force: true });
  }

  private async pending(): Promise<Swap | undefined> {
    try {
      return SwapSchema.safeParse(JSON.parse(await readFile(this.notePath, 'utf8'))).data;
    } catch {
      return undefined;
    }
  }
}

/** What may lie beside the program: the new one as it is copied, and the former. */
const besides = (appImage: string) => [`${appImage}.new`, `${appImage}.former`] as const;

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
