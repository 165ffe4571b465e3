import { join } from 'node:path';
import { RELEASE_METADATA_MAX_BYTES } from '../../../../shared/protocol/release-metadata';
import { openRegular } from '../../../platform/open-regular';

/** Bytes of a file, from `from` on. */
export interface OpenedFile {
  /** Where the bytes begin: as asked, or 0 where the source gives whole files only. */
  readonly from: number;
  /** Names these very bytes, for asking on from the middle; null where the source has no such name. */
  readonly tag: string | null;
  readonly body: AsyncIterable<Buffer>;
  destroy(): void;
}

/** Which bytes of a file are asked for. */
export interface Wanted {
  readonly from: number;
  /** Exclusive; null: all that there is. A place may send more. */
  readonly end: number | null;
  /** What was got before is of these bytes. */
  readonly tag: string | null;
}

/** A place with the folders `metadata` and `files`: a plain server or a stick. Nothing that it says is believed unsigned. */
export interface ReleaseSource {
  /** What names the newest list there. */
  readonly medium: 'timestamp' | 'stick';
  /** A metadata file, at most RELEASE_METADATA_MAX_BYTES; null where there is none. */
  metadata(name: string, signal: AbortSignal): Promise<string | null>;
  /** `name` is a checked file name. */
  file(name: string, wanted: Wanted, signal: AbortSignal): Promise<OpenedFile>;
}

/** A folder on a stick. */
export class FolderSource implements ReleaseSource {
  readonly medium = 'stick';

  constructor(private readonly folder: string) {}

  async metadata(name: string): Promise<string | null> {
    const path = join(this.folder, 'metadata', name);
    const file = await openRegular(path).catch(() => null);
    if (file === null) return null;
    try {
      // A huge file under this name must not fill the memory.
      const bytes = Buffer.alloc(RELEASE_METADATA_MAX_BYTES + 1);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      return bytes.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async file(name: string, { from }: Wanted): Promise<OpenedFile> {
    const path = join(this.folder, 'files', name);
    const opened = await openRegular(path);
    if (opened === null) throw new Error(`no file: ${name}`);
    const { size } = await opened.stat();
    const start = from <= size ? from : 0;
    // Closes the file when it ends or is destroyed.
    const stream = opened.createReadStream({ start });
    // Whoever reads it is told what fails; an event that nobody listens to ends the program.
    stream.on('error', () => undefined);
    return { from: start, tag: null, body: stream, destroy: () => stream.destroy() };
  }
}
