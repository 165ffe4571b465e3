import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { ReleaseBlock } from '../../../../shared/protocol/release-blocks';

/** A stretch that is here already and shorter than this is fetched with its surroundings: a request costs more. */
const SHORTEST_REUSE_BYTES = 65_536;

/**
 * The blocks of a new file that an earlier one has. Every block is hashed as it is read; one that is not what the map of
 * the earlier file said is fetched like any other.
 */
export class Reuse {
  /** How much came from the earlier file. */
  reusedBytes = 0;
  /** Where a block lies in the earlier file, by hash. */
  private readonly places: Map<string, number>;

  constructor(
    private readonly path: string,
    earlier: readonly ReleaseBlock[],
    private readonly blocks: readonly ReleaseBlock[],
  ) {
    this.places = new Map(earlier.map(({ hash, offset }) => [hash, offset]));
  }

  /** What of the new file seems to be here. */
  get expectedBytes(): number {
    const here = this.blocks.filter(({ hash }) => this.places.has(hash));
    return here.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * Appends to `part`, which holds the first `from` bytes of the new file, as long as what comes next is here.
   * Returns how far it got; that a block cannot be read ends it without an error. Rejects for a disk that refuses.
   */
  async fill(
    part: string,
    from: number,
    signal: AbortSignal,
    onBytes: (done: number) => void,
  ): Promise<number> {
    let index = this.indexOf(from);
    if (!this.isHere(index)) return from;
    const earlier = await open(this.path, 'r').catch(() => null);
    if (earlier === null) {
      this.places.clear();
      return from;
    }
    const target = await open(part, from === 0 ? 'w' : 'r+');
    let at = from;
    try {
      for (; this.isHere(index); index++) {
        signal.throwIfAborted();
        const block = this.blocks[index];
        const bytes = block === undefined ? null : await this.read(earlier, block);
        if (block === undefined || bytes === null) break;
        const rest = bytes.subarray(at - block.offset);
        await target.write(rest, 0, rest.length, at);
        at += rest.length;
        this.reusedBytes += rest.length;
        onBytes(at);
      }
      await target.sync();
    } finally {
      await target.close();
      await earlier.close();
    }
    return at;
  }

  /** Where a request that begins at `at` has to end, exclusive. */
  endOfGap(at: number): number {
    let end = at;
    let hereBytes = 0;
    const index = this.indexOf(at);
    for (const { offset, bytes, hash } of index < 0 ? [] : this.blocks.slice(index)) {
      hereBytes = this.places.has(hash) ? hereBytes + bytes : 0;
      if (hereBytes === 0) end = offset + bytes;
      if (hereBytes >= SHORTEST_REUSE_BYTES) break;
    }
    return end;
  }

  private isHere(index: number): boolean {
    const block = this.blocks[index];
    return block !== undefined && this.places.has(block.hash);
  }

  private async read(earlier: FileHandle, { hash, bytes }: ReleaseBlock): Promise<Buffer | null> {
    const block = Buffer.alloc(bytes);
    const read = await earlier.read(block, 0, bytes, this.places.get(hash) ?? 0).catch(() => null);
    const isSame =
      read?.bytesRead === bytes &&
      createHash('sha256').update(block).digest('hex').startsWith(hash);
    if (isSame) return block;
    this.places.delete(hash);
    return null;
  }

  /** The block that holds the byte at `at`; -1 behind the last. */
  private indexOf(at: number): number {
    return this.blocks.findIndex(({ offset, bytes }) => at < offset + bytes);
  }
}
