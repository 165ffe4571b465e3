import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import {
  type Release,
  type ReleaseFile,
  ReleaseFileSchema,
} from '../../../../shared/protocol/release-metadata';
import { openTargetsAgain } from '../../../../shared/protocol/release-trust';
import { compareVersions, RELEASE_VERSION } from '../../../../shared/protocol/release-version';
import { releaseCrypto } from '../../../crypto/release-signature';
import { writeAtomically } from '../../../platform/atomic-write';
import { isFile } from './fetch-file';
import type { KeptPackage } from './kept-package';
import type { UpdateMemory } from './update-memory';

const PendingSchema = z.strictObject({
  version: z.string().regex(RELEASE_VERSION),
  /** Name of the file in the folder, as the list has it. */
  name: ReleaseFileSchema.shape.name,
  /** The list as it was signed. */
  targets: z.string(),
});

export interface PendingUpdate {
  readonly release: Release;
  readonly file: ReleaseFile;
  readonly path: string;
}

/** The fetched file of a new version, waiting in a folder of the user beside the signed list that names it. */
export class PendingStore {
  private readonly notePath: string;

  constructor(
    readonly folder: string,
    private readonly memory: UpdateMemory,
    private readonly version: string,
  ) {
    this.notePath = join(folder, 'pending.json');
  }

  async keep(version: string, { name }: ReleaseFile, targets: string): Promise<void> {
    await writeAtomically(this.notePath, `${JSON.stringify({ version, name, targets })}\n`);
  }

  /**
   * Looks at everything again, as if it came from outside: the list's signatures, that it names this file for this version,
   * that the version is newer than any that ran here, and every byte of the file. Null when nothing waits. Throws
   * UPDATE_REFUSED, UPDATE_FILE_DAMAGED after what waited was thrown away.
   */
  async verified(nowMs: number): Promise<PendingUpdate | null> {
    const text = await readFile(this.notePath, 'utf8').catch(() => null);
    if (text === null) return null;
    try {
      return await this.verify(text, nowMs);
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  /** The version that runs came in what waits: its package is kept for what the next one shares with it. */
  async handOver(kept: KeptPackage): Promise<void> {
    const note = parse(await readFile(this.notePath, 'utf8').catch(() => ''));
    if (note?.version !== this.version) return;
    await kept.take(join(this.folder, note.name), note.name);
    await this.discard();
  }

  /** Forgets what waits, the file too. */
  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async verify(text: string, nowMs: number): Promise<PendingUpdate> {
    const note = parse(text);
    if (note === undefined) throw new AppError('UPDATE_REFUSED', { reason: 'malformed' });
    const targets = openTargetsAgain(this.memory.trust, note.targets, nowMs, releaseCrypto);
    if (!targets.ok) throw new AppError('UPDATE_REFUSED', { reason: targets.error });
    const release = targets.value.releases.find(({ version }) => version === note.version);
    const file = release?.files.find(({ name }) => name === note.name);
    if (release === undefined || file === undefined)
      throw new AppError('UPDATE_REFUSED', { reason: 'mixed' });
    const isNewer =
      compareVersions(release.version, this.version) > 0 &&
      compareVersions(release.version, this.memory.highestVersion) >= 0;
    if (!isNewer) throw new AppError('UPDATE_REFUSED', { reason: 'version-older' });
    const path = join(this.folder, file.name);
    if (!(await isFile(path, file))) throw new AppError('UPDATE_FILE_DAMAGED', {}, 'pending');
    return { release, file, path };
  }
}

function parse(text: string): z.infer<typeof PendingSchema> | undefined {
  try {
    return PendingSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
