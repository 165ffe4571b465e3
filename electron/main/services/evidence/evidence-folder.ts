import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../../platform/atomic-write';

const BOX = /^([0-9a-f]{64})\.box$/;
const REFUSED = /\.refused$/;

export interface WaitingFile {
  readonly sha256: string;
  /** Of the sealed box. */
  readonly bytes: number;
  readonly madeMs: number;
}

/**
 * Evidence that the server does not have yet, sealed to its key, one file each, beside the copy of the outbox: a wipe
 * of the office does not lose it, and nobody here can look at it any more.
 */
export class EvidenceFolder {
  constructor(private readonly folder: string) {}

  /** In the order in which they were made. */
  async waiting(): Promise<readonly WaitingFile[]> {
    const found: WaitingFile[] = [];
    for (const name of await this.names()) {
      const sha256 = BOX.exec(name)?.[1];
      const facts =
        sha256 === undefined ? null : await stat(join(this.folder, name)).catch(() => null);
      if (sha256 !== undefined && facts !== null)
        found.push({ sha256, bytes: facts.size, madeMs: facts.mtimeMs });
    }
    return found.sort((a, b) => a.madeMs - b.madeMs || (a.sha256 < b.sha256 ? -1 : 1));
  }

  async refusedCount(): Promise<number> {
    return (await this.names()).filter((name) => REFUSED.test(name)).length;
  }

  /** On the disk when it resolves. Throws DISK_FULL, DISK_READ_ONLY. */
  async keep(sha256: string, box: Uint8Array): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeAtomically(this.path(sha256), box);
  }

  /** Bytes of a box from `at` on, at most `length`. */
  async piece(sha256: string, at: number, length: number): Promise<Buffer> {
    const file = await open(this.path(sha256), 'r');
    try {
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await file.read(buffer, 0, length, at);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  read(sha256: string): Promise<Buffer> {
    return readFile(this.path(sha256));
  }

  /** The server has it, or no command will ever name it. */
  async remove(sha256: string): Promise<void> {
    await rm(this.path(sha256), { force: true });
  }

  /** The server takes it for something else: it is kept, and not sent again. */
  async putAside(sha256: string): Promise<void> {
    await rename(this.path(sha256), `${this.path(sha256)}.refused`);
  }

  /** Takes up what lies in another folder, which goes then; a file that is here already stays as it is. */
  async adopt(other: string): Promise<void> {
    const names = await readdir(other).catch(() => null);
    if (names === null) return;
    await mkdir(this.folder, { recursive: true });
    const here = new Set(await this.names());
    for (const name of names) {
      const isKnown = BOX.test(name) || REFUSED.test(name);
      if (isKnown && !here.has(name)) await rename(join(other, name), join(this.folder, name));
    }
    await rm(other, { recursive: true, force: true });
  }

  private async names(): Promise<readonly string[]> {
    return await readdir(this.folder).catch(() => []);
  }

  private path(sha256: string): string {
    return join(this.folder, `${sha256}.box`);
  }
}
