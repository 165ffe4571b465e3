import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../shared/errors/app-error';
import { writeAtomically } from '../platform/atomic-write';

const ReserveSchema = z.strictObject({
  format: z.literal('fieldcert-seal-counter'),
  version: z.literal(1),
  /** Lowest counter that was never handed out, decimal. */
  next: z.string().regex(/^\d{1,20}$/),
});
const MAX_COUNTER = 0xffff_ffff_ffff_ffffn;
/** Some thousand openings, each of which jumps up to 2⁴⁰. */
const RESTORE_JUMP = 1n << 52n;

/**
 * Hands out counters for sealed values, each once: a CTR counter used twice under a key would show the XOR
 * of two ID numbers. The reservation is on the disk before it is given, so a crash only wastes numbers. Each
 * opening also jumps ahead at random (up to 2⁴⁰), so that a data folder restored from a backup does not repeat
 * what was sealed after it.
 */
export class CounterReserve {
  readonly #path: string;
  #next: bigint;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(path: string, next: bigint) {
    this.#path = path;
    this.#next = next;
  }

  /** Opens or creates the file. Throws KEYSLOTS_DAMAGED when it is there and unreadable: guessing could repeat. */
  static async open(path: string): Promise<CounterReserve> {
    const stored = await readStored(path);
    return new CounterReserve(path, stored + BigInt(randomBytes(5).readUIntBE(0, 5)));
  }

  /**
   * Moves a restored file beyond anything that was handed out after its backup: further than all jumps of openings
   * together are likely to go, and beyond the counter of the data it replaces, if that one can still be read.
   */
  static async jump(path: string, replaced: string | null): Promise<void> {
    const other = replaced === null ? 0n : await readStored(replaced).catch(() => 0n);
    const stored = await readStored(path);
    const next = (stored > other ? stored : other) + RESTORE_JUMP;
    await writeAtomically(path, textOf(next));
  }

  /** Reserves `count` counters and answers the first. Calls queue up. */
  reserve(count: number): Promise<bigint> {
    if (!Number.isSafeInteger(count) || count < 0)
      return Promise.reject(new RangeError('counters: bad count'));
    const turn = this.#last.then(async () => {
      const first = this.#next;
      const next = first + BigInt(count);
      if (next > MAX_COUNTER)
        throw new RangeError('counters are used up: the field key must be changed');
      await writeAtomically(this.#path, textOf(next));
      this.#next = next;
      return first;
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

function textOf(next: bigint): string {
  return JSON.stringify({ format: 'fieldcert-seal-counter', version: 1, next: String(next) });
}

async function readStored(path: string): Promise<bigint> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 0n;
    throw new AppError('KEYSLOTS_DAMAGED', {}, 'seal counter unreadable');
  }
  try {
    return BigInt(ReserveSchema.parse(JSON.parse(text)).next);
  } catch {
    throw new AppError('KEYSLOTS_DAMAGED', {}, 'seal counter malformed');
  }
}
