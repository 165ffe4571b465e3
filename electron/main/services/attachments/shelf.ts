import { sniff } from '../../../../shared/domain/attachment/sniff';
import { MIMES } from '../../../../shared/domain/model';
import { AppError } from '../../../../shared/errors/app-error';
import type { AttachmentView } from '../../../../shared/ipc/routes/attachments';
import {
  ATTACHMENT_HEAD_BYTES,
  ATTACHMENT_OVERHEAD_BYTES,
} from '../../../../shared/protocol/attachment';
import { attachmentPath } from '../../../../shared/protocol/endpoints';
import type { AttachmentRef } from '../../../store/attachment-calls';
import type { NowMs, ServiceLog } from '../ports';
import { Downloader, type ObjectFiles } from '../sync/download';
import type { Line } from '../sync/line';
import type { Priority } from '../sync/priority-gate';
import { withRetries } from '../sync/retries';
import type { AttachmentKeys } from './attachment-keys';
import type { CacheFolder } from './cache-folder';

interface ShelfParts {
  readonly keys: AttachmentKeys;
  readonly cache: CacheFolder;
  readonly nowMs: NowMs;
  readonly log: ServiceLog;
}

/** One session's cache with the keys that open it. */
export class Shelf {
  budgetBytes = 0;
  private readonly damaged = new Set<string>();

  constructor(private readonly parts: ShelfParts) {}

  get cache(): CacheFolder {
    return this.parts.cache;
  }

  has({ sha256 }: AttachmentRef): boolean {
    return this.cache.has(this.parts.keys.nameOf(sha256));
  }

  holds(sha256: string): boolean {
    return this.cache.has(this.nameOf(sha256));
  }

  nameOf(sha256: string): string {
    return this.parts.keys.nameOf(sha256);
  }

  /** The contents, verified at every opening; null where they are not here, or not whole any more: then they are taken away. */
  async view({ sha256, mime }: AttachmentRef): Promise<AttachmentView | null> {
    const { keys, cache, nowMs, log } = this.parts;
    const name = keys.nameOf(sha256);
    if (!cache.has(name)) return null;
    const plain = keys.open(sha256, (await cache.read(name)) ?? Buffer.alloc(0));
    if (plain === undefined) {
      if (await this.dropOfOtherKeys(name)) return null;
      await cache.remove(name);
      this.damaged.add(sha256);
      log.warn('attachment damaged on the disk', { file: name });
      return null;
    }
    await cache.touch(name, nowMs());
    const bytes = new Uint8Array(plain);
    plain.fill(0);
    const found = sniff(bytes);
    if (typeof found === 'string') return { state: 'unusable', why: found };
    if (MIMES[found.mime] !== mime) return { state: 'unusable', why: 'type' };
    return { state: 'here', ...found, bytes, wasDamaged: this.damaged.has(sha256) };
  }

  /** Whether it is here under keys that are in force; what a change of the region's keys left behind goes. */
  async hasInForce({ sha256 }: AttachmentRef): Promise<boolean> {
    const name = this.nameOf(sha256);
    return this.cache.has(name) && !(await this.dropOfOtherKeys(name));
  }

  private async dropOfOtherKeys(name: string): Promise<boolean> {
    const { keys, cache } = this.parts;
    if (!keys.isOfOtherKeys(await cache.head(name, ATTACHMENT_HEAD_BYTES))) return false;
    await cache.remove(name);
    return true;
  }

  /** Keeps contents that came by another way than the line; false where they are not those of the name. Throws DISK_FULL. */
  async keep(sha256: string, sealed: Buffer): Promise<boolean> {
    const { keys, cache } = this.parts;
    const plain = keys.open(sha256, sealed);
    plain?.fill(0);
    if (plain === undefined) return false;
    await cache.put(keys.nameOf(sha256), sealed);
    return true;
  }

  /** Length of the sealed file. */
  lengthOf({ bytes }: AttachmentRef): number {
    return bytes + ATTACHMENT_OVERHEAD_BYTES;
  }

  /**
   * Brings contents over the line into the cache; what had arrived before is continued. Throws codes of the line,
   * ATTACHMENT_MISSING, DISK_FULL.
   */
  async bring(
    ref: AttachmentRef,
    line: Line,
    priority: Priority,
    signal: AbortSignal,
  ): Promise<void> {
    const { cache, log } = this.parts;
    const length = this.lengthOf(ref);
    const name = this.nameOf(ref.sha256);
    await cache.makeRoom(this.budgetBytes, length, name);
    try {
      await this.obtain(ref, line, priority, signal);
    } catch (error) {
      if (!isFull(error)) throw missingOr(error);
      // What lies here can be fetched again: it makes way for what somebody wants to see now.
      log.warn('attachment cache gives room to a full disk');
      await cache.makeRoom(Math.max(0, cache.bytes - 2 * length), 0, name);
      try {
        await this.obtain(ref, line, priority, signal);
      } catch (again) {
        // Half of it would keep the last room of the disk for good.
        if (isFull(again)) await cache.remove(`${name}.part`);
        throw missingOr(again);
      }
    }
  }

  private async obtain(
    { sha256, ...ref }: AttachmentRef,
    line: Line,
    priority: Priority,
    signal: AbortSignal,
  ): Promise<void> {
    const { keys, cache } = this.parts;
    const files: ObjectFiles = {
      nameOf: () => keys.nameOf(sha256),
      isWhole: (_ref, bytes) => {
        const plain = keys.open(sha256, bytes);
        plain?.fill(0);
        return plain !== undefined;
      },
    };
    const nothing = () => undefined;
    const loader = new Downloader(line, cache.folder, attachmentPath, nothing, priority, files);
    const object = { sha256, bytes: this.lengthOf({ sha256, ...ref }) };
    try {
      await withRetries(
        line.timing,
        signal,
        () => loader.fetch(object, signal),
        () => loader.received,
      );
    } finally {
      await cache.learn(keys.nameOf(sha256));
    }
  }

  close(): void {
    this.parts.keys.zero();
  }
}

const isFull = (error: unknown): boolean => error instanceof AppError && error.code === 'DISK_FULL';

/** The server answers "not found" for the contents of a row that we have: they are lost there. */
function missingOr(error: unknown): unknown {
  const isMissing = error instanceof AppError && error.detail?.startsWith('not-found') === true;
  return isMissing ? new AppError('ATTACHMENT_MISSING', {}, error.detail) : error;
}
