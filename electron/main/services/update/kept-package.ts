import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { blockMapName } from '../../../../shared/protocol/release-blocks';
import type { ReleaseFile } from '../../../../shared/protocol/release-metadata';

/**
 * The package that the running version came in, kept for the blocks that the next one shares with it, and the maps of
 * blocks. Nothing in the folder is believed: a map counts by its signed hash, a block by its map.
 */
export class KeptPackage {
  constructor(readonly folder: string) {}

  /** Moves a package here; what was kept before goes. */
  async take(path: string, name: string): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await this.keepOnly([{ name }]);
    await rename(path, join(this.folder, name));
  }

  /** Where the package of this name lies; null where it does not. */
  async find(name: string): Promise<string | null> {
    const path = join(this.folder, name);
    return (await stat(path).catch(() => null))?.isFile() === true ? path : null;
  }

  /** Removes all but the packages with these names, their maps, and what of a map has arrived. */
  async keepOnly(files: readonly Pick<ReleaseFile, 'name' | 'blocks'>[]): Promise<void> {
    const wanted = new Set(
      files.flatMap(({ name, blocks }) => [name, blockMapName(name), `${blocks?.sha256}.part`]),
    );
    for (const name of await readdir(this.folder).catch(() => []))
      if (!wanted.has(name)) await rm(join(this.folder, name), { recursive: true, force: true });
  }
}
