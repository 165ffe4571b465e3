import type { ExportRow } from './package/data/rows';
import { BATCH_CREDIT, type RowMessage, rowMessageSchema } from './protocol';

/** The rows did not arrive whole. */
export class RowsProblem extends Error {
  override readonly name = 'RowsProblem';
}

/** Batches pushed from outside, pulled by the writer, with credit so that neither runs away. */
export interface RowSource {
  push(message: RowMessage): void;
  readonly batches: AsyncIterable<readonly ExportRow[]>;
}

/** Makes a source; `askForMore` is called with the number of batches that may come next. Aborting ends the wait. */
export function createRowSource(
  askForMore: (batches: number) => void,
  signal: AbortSignal,
): RowSource {
  const waiting: RowMessage[] = [];
  let wake: () => void = () => undefined;
  signal.addEventListener('abort', () => wake(), { once: true });

  async function* batches(): AsyncGenerator<readonly ExportRow[]> {
    askForMore(BATCH_CREDIT);
    for (;;) {
      signal.throwIfAborted();
      const message = waiting.shift();
      if (message === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else if (message.kind === 'end') return;
      else if (message.kind === 'fail') throw new RowsProblem('the source of the rows failed');
      else {
        yield message.rows;
        askForMore(1);
      }
    }
  }

  return {
    push: (message) => {
      // Credit is a promise of the sender, not a wall: a sender that ignores it is a bug, and stops here.
      if (waiting.length > BATCH_CREDIT + 1) waiting.push({ kind: 'fail' });
      else waiting.push(message);
      wake();
    },
    batches: batches(),
  };
}

/** A MessagePort of Electron (`{data}` events, must be started) or of Node (bare values). */
export interface RowPort {
  on(event: 'message', listener: (value: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start?(): void;
  close(): void;
}

/** Feeds a source from a port. Malformed messages and a port that closes early fail the export. */
export function feedFromPort(port: RowPort, source: Pick<RowSource, 'push'>): void {
  let hasEnded = false;
  port.on('message', (value) => {
    const parsed = rowMessageSchema.safeParse(unwrapped(value));
    const message: RowMessage = parsed.success ? parsed.data : { kind: 'fail' };
    hasEnded ||= message.kind !== 'rows';
    source.push(message);
  });
  port.on('close', () => {
    if (!hasEnded) source.push({ kind: 'fail' });
  });
  port.start?.();
}

/** True for something that can be used as a row port. */
export function isRowPort(value: unknown): value is RowPort {
  return (
    typeof value === 'object' &&
    value !== null &&
    'on' in value &&
    typeof value.on === 'function' &&
    'postMessage' in value &&
    typeof value.postMessage === 'function'
  );
}

function unwrapped(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'data' in value && !('kind' in value)
    ? value.data
    : value;
}
