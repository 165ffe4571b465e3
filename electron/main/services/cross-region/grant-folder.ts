import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GRANT_KEY_BYTES, GRANT_KEYS_BYTES } from '../../../../shared/protocol/cross-region';
import { keyBytes, randomKey } from '../../../crypto/key-bytes';
import { writeAtomically } from '../../../platform/atomic-write';
import { destroyFile } from '../../../platform/destroy-file';
import { openDeviceBox, sealToDevice } from '../unlock/device-box';
import type { OpenSession } from '../unlock/session';

const NAME = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const BOX = 'grant.box';
/** Behind the keys: when the centre signed the rows, ms as a float. Folders of before have none. */
const AS_OF_BYTES = 8;
const KEYS_BYTES = GRANT_KEYS_BYTES + GRANT_KEY_BYTES;
const context = (deviceId: string, grant: string) => `grant-rest|${deviceId}|${grant}`;

/** Keys of a grant's objects, as the centre packed them. */
export interface GrantKeys {
  readonly digestTag: Uint8Array;
  readonly transportPublic: Uint8Array;
  readonly transportPrivate: Uint8Array;
}

/** What opens a grant here: the key of its files beside those of its objects. Whoever gets it zeroes it. */
export interface HeldGrant extends GrantKeys {
  readonly files: Uint8Array;
}

export function zeroGrant(held: HeldGrant | GrantKeys | null): void {
  for (const key of Object.values(held ?? {}) as Uint8Array[]) key.fill(0);
}

/** The keys at the beginning of a package. Throws RangeError for fewer bytes. */
export function grantKeysIn(bytes: Uint8Array): GrantKeys {
  if (bytes.length < GRANT_KEYS_BYTES) throw new RangeError('grant keys');
  const key = (place: number) =>
    keyBytes(bytes.subarray(place * GRANT_KEY_BYTES, (place + 1) * GRANT_KEY_BYTES));
  return { digestTag: key(0), transportPublic: key(1), transportPrivate: key(2) };
}

/**
 * A folder a grant: the encrypted rows, and one small file with the only copy of their key, sealed to this device. Once
 * that file is overwritten the rows are noise, whatever a disk keeps of them. None of it is ever part of a backup.
 */
export class GrantFolders {
  constructor(private readonly root: string) {}

  of(grant: string): string {
    if (!NAME.test(grant)) throw new RangeError('grant id');
    return join(this.root, grant);
  }

  /** Grants of which something lies here. */
  async list(): Promise<readonly string[]> {
    const names = await readdir(this.root).catch(() => [] as string[]);
    return names.filter((name) => NAME.test(name));
  }

  /** Null where nothing is, or what is there was made for another device. */
  async read(session: OpenSession, grant: string): Promise<HeldGrant | null> {
    const bytes = await this.openBox(session, grant);
    if (bytes === null) return null;
    try {
      const files = keyBytes(bytes.subarray(GRANT_KEYS_BYTES, KEYS_BYTES));
      return { ...grantKeysIn(bytes), files };
    } finally {
      bytes.fill(0);
    }
  }

  /** When the centre signed the rows that lie here, ms; null where nothing does, or nobody wrote it down. */
  async asOf(session: OpenSession, grant: string): Promise<number | null> {
    const bytes = await this.openBox(session, grant);
    if (bytes === null) return null;
    const isDated = bytes.length === KEYS_BYTES + AS_OF_BYTES;
    const asOfMs = isDated ? viewOf(bytes).getFloat64(KEYS_BYTES) : 0;
    bytes.fill(0);
    return Number.isSafeInteger(asOfMs) && asOfMs > 0 ? asOfMs : null;
  }

  private async openBox(session: OpenSession, grant: string): Promise<Uint8Array | null> {
    const sealed = await readFile(join(this.of(grant), BOX)).catch(() => null);
    if (sealed === null) return null;
    const name = context(session.office.deviceId, grant);
    const bytes = await openDeviceBox(session, new Uint8Array(sealed), name);
    if (bytes === null || bytes.length === KEYS_BYTES || bytes.length === KEYS_BYTES + AS_OF_BYTES)
      return bytes;
    bytes.fill(0);
    return null;
  }

  /** Makes the folder with a new key of its files. `asOfMs`: when the centre signed what will lie in it. */
  async make(
    session: OpenSession,
    grant: string,
    keys: GrantKeys,
    asOfMs: number,
  ): Promise<HeldGrant> {
    await this.destroy(grant);
    const folder = this.of(grant);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const held = { ...keys, files: randomKey() };
    const { digestTag, transportPublic, transportPrivate, files } = held;
    const bytes = new Uint8Array(KEYS_BYTES + AS_OF_BYTES);
    viewOf(bytes).setFloat64(KEYS_BYTES, asOfMs);
    [digestTag, transportPublic, transportPrivate, files].forEach((key, place) => {
      bytes.set(key, place * GRANT_KEY_BYTES);
    });
    const name = context(session.office.deviceId, grant);
    await writeAtomically(join(folder, BOX), await sealToDevice(session, bytes, name));
    bytes.fill(0);
    return held;
  }

  /** The key first, overwritten; then everything. Nothing where nothing is. */
  async destroy(grant: string): Promise<void> {
    const folder = this.of(grant);
    await destroyFile(join(folder, BOX));
    // Indexers and scanners hold files for a moment.
    await rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
  }
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
