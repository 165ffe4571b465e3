import { AppError } from '../../shared/errors/app-error';
import type { PendingCalls } from './threads/rpc';

/**
 * Megabytes that a synchronisation hands to the store go in parts, each after another was taken. A channel between processes is
 * a queue: whoever asks something behind four megabytes of rows waits until all of them are through, 20 to 50 ms.
 */
const PART_BYTES = 131_072;
/** Parts on their way at once: with one the channel would stand still between two of them. */
const PARTS_AHEAD = 2;
/** Bytes that are not worth a message of their own. */
const LEAST_BYTES = PART_BYTES;
/** No object and no page comes near. */
const MOST_BYTES = 64 * 1_048_576;
/** Fields that may be under way at once; a run loads four objects beside each other. */
const MOST_OPEN = 64;

/** Where a part belongs. */
export interface BulkPart {
  readonly bulk: number;
  /** Of all its parts. */
  readonly length: number;
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** A message that carries a part; it is answered like a call. */
export interface BulkMessage {
  readonly id: number;
  readonly part: BulkPart;
}

/** Fields of an input that came in parts, by their bulk's number. */
export type BulkFields = Readonly<Record<string, number>>;

type Fields = Readonly<Record<string, unknown>>;

const isBulk = (value: unknown): value is Uint8Array =>
  value instanceof Uint8Array && value.length >= LEAST_BYTES;

/** Whether an input has fields that go in parts. */
export function hasBulk(input: object): boolean {
  return Object.values(input).some(isBulk);
}

/** The sending end: one bulk after the other. */
export class BulkLane {
  private lane: Promise<unknown> = Promise.resolve();
  private last = 0;

  constructor(
    private readonly calls: PendingCalls,
    private readonly post: (message: BulkMessage) => void,
  ) {}

  /** Sends the large fields ahead; answers what is left of the input and where they are. Fails when the process is gone. */
  async ahead(input: object): Promise<{ readonly input: Fields; readonly bulk: BulkFields }> {
    const rest: Record<string, unknown> = { ...input };
    const bulk: Record<string, number> = {};
    for (const [field, value] of Object.entries(input)) {
      if (!isBulk(value)) continue;
      delete rest[field];
      bulk[field] = ++this.last;
      const sending = this.lane.then(() => this.send(bulk[field] ?? 0, value));
      // What failed for one is no reason for the next.
      this.lane = sending.catch(() => undefined);
      await sending;
    }
    return { input: rest, bulk };
  }

  private async send(bulk: number, whole: Uint8Array): Promise<void> {
    const { length } = whole;
    const ahead: Promise<unknown>[] = [];
    for (let at = 0; at < length; at += PART_BYTES) {
      if (ahead.length >= PARTS_AHEAD) await ahead.shift();
      // A copy of its own: a view would take the whole buffer along.
      const part = { bulk, length, at, bytes: whole.slice(at, at + PART_BYTES) };
      const taken = this.calls.start((id) => this.post({ id, part }));
      taken.catch(() => undefined);
      ahead.push(taken);
    }
    await Promise.all(ahead);
  }
}

/** The receiving end. */
export class BulkEnd {
  private readonly open = new Map<number, { readonly bytes: Uint8Array; had: number }>();

  /** Throws for parts that do not follow each other. */
  take({ bulk, length, at, bytes }: BulkPart): void {
    if (at === 0) this.begin(bulk, length);
    const one = this.open.get(bulk);
    if (one === undefined || one.had !== at || at + bytes.length > one.bytes.length)
      throw new AppError('INTERNAL', {}, `part ${at} of ${length}`);
    one.bytes.set(bytes, at);
    one.had += bytes.length;
  }

  private begin(bulk: number, length: number): void {
    if (length > MOST_BYTES || this.open.size >= MOST_OPEN)
      throw new AppError('INTERNAL', {}, `${length} bytes, ${this.open.size} under way`);
    this.open.set(bulk, { bytes: new Uint8Array(length), had: 0 });
  }

  /** The input as it was. Throws where a field is not all here. */
  whole(input: unknown, bulk: BulkFields): unknown {
    const whole: Record<string, unknown> = { ...(input as Fields) };
    for (const [field, number] of Object.entries(bulk)) {
      const one = this.open.get(number);
      this.open.delete(number);
      if (one === undefined || one.had !== one.bytes.length)
        throw new AppError('INTERNAL', {}, `${field} did not come whole`);
      whole[field] = one.bytes;
    }
    return whole;
  }
}
