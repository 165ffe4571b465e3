import { CounterReserve } from '../../../crypto/counter-reserve';
import type { CounterSource } from '../../workers/ingest-client';

/** Reserves counters on the disk, a block at a time. */
export interface Reserve {
  reserve(count: number): Promise<bigint>;
}

const BLOCK = 1_000_000;

/**
 * The counters of one office: opened with the first take, one source for all who seal, because two open
 * reserves of one file could hand out a range twice.
 */
export class SealCounters implements CounterSource {
  private opened: Promise<ChunkedCounters> | null = null;

  constructor(private readonly path: string) {}

  /** Rejects with KEYSLOTS_DAMAGED when the reserve cannot be read. */
  async take(count: number): Promise<bigint> {
    this.opened ??= CounterReserve.open(this.path).then((reserve) => new ChunkedCounters(reserve));
    try {
      return await (await this.opened).take(count);
    } catch (error) {
      this.opened = null;
      throw error;
    }
  }
}

/** Cuts small takes from large reserved blocks: one disk write for a million counters. */
export class ChunkedCounters implements CounterSource {
  private next = 0n;
  private left = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly reserve: Reserve) {}

  take(count: number): Promise<bigint> {
    const turn = this.turn.then(async () => {
      if (count > this.left) {
        const size = Math.max(BLOCK, count);
        this.next = await this.reserve.reserve(size);
        this.left = size;
      }
      const first = this.next;
      this.next += BigInt(count);
      this.left -= count;
      return first;
    });
    this.turn = turn.catch(() => undefined);
    return turn;
  }
}
