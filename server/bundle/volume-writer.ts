import { createCipheriv, createHash, type Hash } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BUNDLE_END,
  BUNDLE_EXTENSION,
  BUNDLE_MAGIC,
  type BundleIndex,
  ENTRY_TAG_BYTES,
  type EntryPlace,
  entryAad,
  entryIv,
  VOLUME_HEAD_BYTES,
} from '../../shared/protocol/bundle';

/** What the index may take of a volume, beside the entries. */
const INDEX_ROOM_BYTES = 128 * 1024;

interface Volume {
  readonly path: string;
  readonly hash: Hash;
  bytes: number;
  sha256: string;
}

export interface VolumeOptions {
  readonly folder: string;
  /** Start of the files' names. */
  readonly name: string;
  /** Of the format: the lowest that can hold what comes. */
  readonly version: number;
  /** Hex. */
  readonly id: string;
  readonly contentKey: Uint8Array;
  /** Largest file, bytes. */
  readonly limitBytes: number;
}

/**
 * Writes a bundle's volumes as a stream: entries are sealed one by one, a full volume gives way to the next.
 * Until `finish` the files are drafts that no reader takes for a bundle.
 */
export class VolumeWriter {
  private readonly volumes: Volume[] = [];
  private file: FileHandle | undefined;
  private entries = 0;

  constructor(private readonly options: VolumeOptions) {}

  /** Seals and writes one entry. */
  async add(bytes: Uint8Array): Promise<EntryPlace> {
    const { version, id, contentKey, limitBytes } = this.options;
    const sealedBytes = bytes.length + ENTRY_TAG_BYTES;
    if (VOLUME_HEAD_BYTES + sealedBytes + INDEX_ROOM_BYTES > limitBytes)
      throw new RangeError('an object does not fit a volume: make the volumes larger');
    let volume = this.volumes.at(-1);
    if (volume === undefined || volume.bytes + sealedBytes + INDEX_ROOM_BYTES > limitBytes)
      volume = await this.next();
    const entry = this.entries++;
    const cipher = createCipheriv('aes-256-gcm', contentKey, entryIv(entry));
    cipher.setAAD(Buffer.from(entryAad(version, id, entry), 'ascii'));
    const offset = volume.bytes;
    for (const part of [cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
      await this.write(volume, part);
    return { entry, volume: this.volumes.length, offset, bytes: sealedBytes };
  }

  /** Ends the volumes: each gets the signed index that `sign` makes of their hashes. Returns the files. */
  async finish(
    sign: (volumes: BundleIndex['volumes']) => Promise<string>,
  ): Promise<readonly string[]> {
    await this.shut();
    const index = Buffer.from(
      await sign(this.volumes.map(({ bytes, sha256 }) => ({ bytes, sha256 }))),
      'utf8',
    );
    const length = Buffer.alloc(4);
    length.writeUInt32BE(index.length);
    const tail = Buffer.concat([index, length, Buffer.from(BUNDLE_END, 'latin1')]);
    for (const { path } of this.volumes) {
      const file = await open(path, 'a');
      try {
        await file.writeFile(tail);
        await file.sync();
      } finally {
        await file.close();
      }
    }
    const paths = this.volumes.map(({ path }) => path.replace(/\.part$/, ''));
    for (const [i, path] of paths.entries()) await rename(this.volumes[i]?.path ?? '', path);
    return paths;
  }

  /** Takes the drafts away. */
  async abort(): Promise<void> {
    await this.file?.close();
    for (const { path } of this.volumes) await rm(path, { force: true });
  }

  private async next(): Promise<Volume> {
    await this.shut();
    const { folder, name, version, id } = this.options;
    await mkdir(folder, { recursive: true });
    const number = this.volumes.length + 1;
    const file = `${name}-${String(number).padStart(3, '0')}.${BUNDLE_EXTENSION}.part`;
    const path = join(folder, file);
    const before = this.volumes.at(-1)?.sha256 ?? '';
    const volume: Volume = {
      path,
      hash: createHash('sha256').update(Buffer.from(before, 'hex')),
      bytes: 0,
      sha256: '',
    };
    this.file = await open(path, 'w');
    this.volumes.push(volume);
    const head = Buffer.alloc(VOLUME_HEAD_BYTES);
    head.write(BUNDLE_MAGIC, 'latin1');
    head.writeUInt8(version, 8);
    head.write(id, 9, 'hex');
    head.writeUInt16BE(number, 25);
    await this.write(volume, head);
    return volume;
  }

  private async write(volume: Volume, bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    volume.hash.update(bytes);
    volume.bytes += bytes.length;
    await this.file?.writeFile(bytes);
  }

  private async shut(): Promise<void> {
    const volume = this.volumes.at(-1);
    if (volume !== undefined && volume.sha256 === '') volume.sha256 = volume.hash.digest('hex');
    await this.file?.close();
    this.file = undefined;
  }
}
