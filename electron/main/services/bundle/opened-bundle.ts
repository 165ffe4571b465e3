import { createDecipheriv, webcrypto } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import {
  ATTACHMENT_OVERHEAD_BYTES,
  MAX_ATTACHMENT_BYTES,
} from '../../../../shared/protocol/attachment';
import {
  type BundleContents,
  BundleContentsSchema,
  type BundleIndex,
  bundleContext,
  ENTRY_TAG_BYTES,
  type EntryPlace,
  entryAad,
  entryIv,
  MAX_CONTENTS_BYTES,
  type PictureEntry,
} from '../../../../shared/protocol/bundle';
import { MAX_OBJECT_BYTES } from '../../../../shared/protocol/columns';
import { type BoxSubtle, openBox } from '../../../../shared/protocol/sealed-box';
import type { FoundBundle } from './find-volumes';
import { sha256Of } from './sha256';
import { hashVolume, readAt, stickError } from './volume-file';

const KEY_BYTES = 32;

/** A bundle whose every byte was checked; holds its content key until `close`. */
export class OpenedBundle {
  private constructor(
    private readonly found: FoundBundle,
    private readonly key: Uint8Array,
    readonly contents: BundleContents,
  ) {}

  /**
   * Checks every volume against the signed index and opens the table of contents. `boxKey`: PKCS#8 DER, stays the
   * caller's. Throws BUNDLE_ALTERED, BUNDLE_OTHER_DEVICE, BUNDLE_NEWER, BUNDLE_GONE, or the signal's AbortError.
   */
  static async open(
    found: FoundBundle,
    boxKey: Uint8Array,
    signal: AbortSignal,
    onBytes: (bytes: number) => void,
  ): Promise<OpenedBundle> {
    const { index, volumes } = found;
    let before = '';
    for (const [i, volume] of volumes.entries()) {
      before = await hashVolume(volume, before, signal, onBytes);
      if (before !== index.volumes[i]?.sha256)
        throw new AppError('BUNDLE_ALTERED', { name: basename(volume.path).slice(0, 80) }, 'hash');
    }
    const subtle = webcrypto.subtle as unknown as BoxSubtle<webcrypto.CryptoKey>;
    const box = new Uint8Array(Buffer.from(index.key, 'base64'));
    const opened = await openBox(subtle, boxKey, box, bundleContext(index.id, index.device));
    // Signed and whole, and yet not for the key that is here: the device was enrolled anew since.
    if (!opened.ok || opened.value.length !== KEY_BYTES)
      throw new AppError('BUNDLE_OTHER_DEVICE', { device: index.device }, 'content key');
    const key = opened.value;
    try {
      const place = { ...index.contents, volume: volumes.length };
      const bytes = await readEntry(found, key, place, MAX_CONTENTS_BYTES);
      const contents = BundleContentsSchema.safeParse(parseJson(bytes));
      if (!contents.success)
        throw new AppError(
          'BUNDLE_NEWER',
          { name: basename(volumes[0]?.path ?? '').slice(0, 80) },
          contents.error.issues[0]?.path.join('.'),
        );
      return new OpenedBundle(found, key, contents.data);
    } catch (error) {
      key.fill(0);
      throw error;
    }
  }

  get index(): BundleIndex {
    return this.found.index;
  }

  get bytes(): number {
    return this.index.volumes.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The plain bytes of an object or page. Throws BUNDLE_ALTERED, BUNDLE_GONE. */
  async read(entry: EntryPlace & { readonly sha256: string }): Promise<Buffer> {
    const bytes = await readEntry(this.found, this.key, entry, MAX_OBJECT_BYTES);
    if (sha256Of(bytes) !== entry.sha256) throw this.altered(entry);
    return bytes;
  }

  /** A picture as it would have come over the line. Throws BUNDLE_ALTERED, BUNDLE_GONE. */
  readPicture(entry: PictureEntry): Promise<Buffer> {
    return this.readPlace(entry, MAX_ATTACHMENT_BYTES + ATTACHMENT_OVERHEAD_BYTES);
  }

  /** What lies at a place, of at most so many bytes. Throws BUNDLE_ALTERED, BUNDLE_GONE. */
  readPlace(place: EntryPlace, maxBytes: number): Promise<Buffer> {
    return readEntry(this.found, this.key, place, maxBytes);
  }

  /** File of a volume, counted from 1; empty where there is none. */
  pathOf(volume: number): string {
    return this.found.volumes[volume - 1]?.path ?? '';
  }

  close(): void {
    this.key.fill(0);
  }

  private altered({ volume }: EntryPlace): AppError {
    const name = basename(this.pathOf(volume)).slice(0, 80);
    return new AppError('BUNDLE_ALTERED', { name }, 'object');
  }
}

async function readEntry(
  { index, volumes }: FoundBundle,
  key: Uint8Array,
  place: EntryPlace,
  maxBytes: number,
): Promise<Buffer> {
  const volume = volumes[place.volume - 1];
  const path = volume?.path ?? '';
  const altered = (detail: string) =>
    new AppError('BUNDLE_ALTERED', { name: basename(path).slice(0, 80) }, detail);
  const isWithin = volume !== undefined && place.offset + place.bytes <= volume.bytes;
  if (!isWithin || place.bytes < ENTRY_TAG_BYTES || place.bytes > maxBytes + ENTRY_TAG_BYTES)
    throw altered('place');
  let sealed: Buffer;
  try {
    const file = await open(path, 'r');
    try {
      sealed = await readAt(file, place.offset, place.bytes);
    } finally {
      await file.close().catch(() => undefined);
    }
  } catch (cause) {
    throw stickError(cause, path);
  }
  if (sealed.length !== place.bytes) throw altered('length');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, entryIv(place.entry));
    decipher.setAAD(Buffer.from(entryAad(volume.version, index.id, place.entry), 'ascii'));
    decipher.setAuthTag(sealed.subarray(-ENTRY_TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(0, -ENTRY_TAG_BYTES)), decipher.final()]);
  } catch {
    throw altered('tag');
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
