import type { IncomingMessage } from 'node:http';

/** What may wait here before the sender is slowed down. */
const MOST_WAITING_BYTES = 256 * 1024;

/**
 * The pieces of an answer, kept from the moment it begins. A stream of Node that is cut drops what it still held; on a
 * line that breaks every few kilobytes that would be all there is.
 */
export class Arriving implements AsyncIterable<Buffer> {
  private readonly waiting: Buffer[] = [];
  private waitingBytes = 0;
  private end: { readonly error: Error | null } | null = null;
  private wake: () => void = () => undefined;

  /** To be made within the event `response`. */
  constructor(readonly response: IncomingMessage) {
    response.on('data', (piece: Buffer) => {
      this.waiting.push(piece);
      this.waitingBytes += piece.length;
      if (this.waitingBytes > MOST_WAITING_BYTES) response.pause();
      this.wake();
    });
    response.on('end', () => this.finish(null));
    response.on('error', (error) => this.finish(error));
    response.on('close', () => this.finish(new Error('the line broke')));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const piece = this.waiting.shift();
      if (piece !== undefined) {
        this.waitingBytes -= piece.length;
        if (this.response.isPaused()) this.response.resume();
        yield piece;
      } else if (this.end === null)
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      else if (this.end.error === null) return;
      else throw this.end.error;
    }
  }

  private finish(error: Error | null): void {
    this.end ??= { error };
    this.wake();
  }
}
