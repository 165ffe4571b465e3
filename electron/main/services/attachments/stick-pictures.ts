import { AppError } from '../../../../shared/errors/app-error';
import type { BundleWishes, PictureEntry } from '../../../../shared/protocol/bundle';
import type { AttachmentRef } from '../../../store/attachment-calls';
import type { StoreCaller } from '../../clients/store-client';
import { unfit } from './attachment-words';
import { MOST_BEFOREHAND, SHARE_BEFOREHAND, SOON_DAYS } from './prefetch';
import type { QueuedAttachments } from './queued';
import type { Shelf } from './shelf';

/** How the pictures of a bundle ended: `left` were not kept for want of room, or do not open here. */
export interface TakenPictures {
  readonly kept: number;
  readonly left: number;
}

/** The cache of a session, as far as a stick fills it. */
interface OpenCache {
  readonly shelf: Shelf;
  readonly queue: QueuedAttachments;
  readonly isEnding: boolean;
}

type Wishes = Pick<BundleWishes, 'pictures' | 'pictureBytes'>;
type Asked = ReadonlyMap<number, AttachmentRef>;

/** Pictures by stick: what this device would like to get, and what a bundle brought. */
export class StickPictures {
  constructor(
    private readonly parts: {
      readonly store: StoreCaller;
      /** Null for a role that sees no pictures. */
      current(): OpenCache | null;
      refOf(certificateId: number, id: number): Promise<AttachmentRef | null>;
      /** Taking begins: the session does not end before it does. */
      onBegin(taking: Promise<unknown>): void;
      /** Taking ended; these had been asked for. */
      onEnd(asked: Iterable<number>): void;
    },
  ) {}

  /**
   * What a stick should bring: first what people asked for, then what would be fetched beforehand, as far as the cache
   * has room. Nothing without a slice.
   */
  async wishes(): Promise<Wishes> {
    const current = this.parts.current();
    const { hasSlice } = await this.parts.store.call('state', {});
    if (current === null || !hasSlice) return { pictures: [], pictureBytes: 0 };
    const asked = await this.asked(current);
    const soon = await this.parts.store.call('attachmentsWanted', {
      days: SOON_DAYS,
      limit: MOST_BEFOREHAND,
    });
    return chosenOf(current.shelf, [...asked.values()], soon);
  }

  /**
   * Puts the pictures of a bundle into the cache, each opened and compared with its name before. Those that people
   * asked for may take the place of others; a full disk or budget ends it, and nothing that was kept is lost. Throws
   * BUNDLE_GONE, BUNDLE_ALTERED, LOCKED, or the signal's AbortError.
   */
  async take(
    entries: readonly PictureEntry[],
    read: (entry: PictureEntry) => Promise<Buffer>,
    signal: AbortSignal,
  ): Promise<TakenPictures> {
    const current = this.parts.current();
    if (current === null || entries.length === 0) return { kept: 0, left: entries.length };
    const asked = await this.asked(current);
    const hashes = new Set([...asked.values()].map(({ sha256 }) => sha256));
    const goOn = () => {
      signal.throwIfAborted();
      if (current.isEnding) throw new AppError('LOCKED');
    };
    const taking = keepAll(current.shelf, entries, hashes, read, goOn);
    this.parts.onBegin(taking);
    try {
      return await taking;
    } finally {
      this.parts.onEnd(asked.keys());
    }
  }

  /** What people asked for and the slice still names, by id. */
  private async asked({ queue }: OpenCache): Promise<Asked> {
    const found = new Map<number, AttachmentRef>();
    for (const [id, certificateId] of queue.list()) {
      const ref = await this.parts.refOf(certificateId, id);
      if (ref !== null) found.set(id, ref);
    }
    return found;
  }
}

function chosenOf(
  shelf: Shelf,
  asked: readonly AttachmentRef[],
  soon: readonly AttachmentRef[],
): Wishes {
  const pictures = new Set<number>();
  let room = shelf.budgetBytes * SHARE_BEFOREHAND - shelf.cache.bytes;
  let pictureBytes = 0;
  for (const [i, ref] of [...asked, ...soon].entries()) {
    if (unfit(ref) !== null || shelf.has(ref) || pictures.has(ref.id)) continue;
    const bytes = shelf.lengthOf(ref);
    // Somebody waits for it: it may take the place of what is here.
    if (i >= asked.length && bytes > room) continue;
    pictures.add(ref.id);
    room -= bytes;
    pictureBytes += bytes;
  }
  return { pictures: [...pictures], pictureBytes };
}

async function keepAll(
  shelf: Shelf,
  entries: readonly PictureEntry[],
  asked: ReadonlySet<string>,
  read: (entry: PictureEntry) => Promise<Buffer>,
  goOn: () => void,
): Promise<TakenPictures> {
  let kept = 0;
  let left = 0;
  for (const [i, entry] of entries.entries()) {
    goOn();
    if (shelf.holds(entry.sha256)) continue;
    const hasRoom = asked.has(entry.sha256)
      ? await shelf.cache.makeRoom(shelf.budgetBytes, entry.bytes)
      : shelf.cache.bytes + entry.bytes <= shelf.budgetBytes * SHARE_BEFOREHAND;
    if (!hasRoom) {
      left++;
      continue;
    }
    try {
      if (await shelf.keep(entry.sha256, await read(entry))) kept++;
      else left++;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'DISK_FULL') throw error;
      return { kept, left: left + entries.length - i };
    }
  }
  return { kept, left };
}
