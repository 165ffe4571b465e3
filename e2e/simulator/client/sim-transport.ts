import { Readable } from 'node:stream';
import type {
  Exchange,
  Transport,
  TransportAnswer,
} from '../../../electron/main/services/sync/transport/transport';
import { running } from '../world/host';
import { systemError } from '../world/memory-files';
import { network } from '../world/network';

const aborted = (): Error =>
  Object.assign(new Error('aborted'), { name: 'AbortError', code: 'ABORT_ERR' });

/** Carries requests over the simulated lines, with the errors of the real ones. */
export class SimTransport implements Transport {
  private readonly open_ = new Set<(cause: Error) => void>();

  open(endpoint: string, exchange: Exchange): Promise<TransportAnswer> {
    const { method, path, headers, body, signal } = exchange;
    const device = running.getStore()?.host.name ?? '';
    return new Promise((resolve, reject) => {
      let answer: Readable | null = null;
      const over = (cause: Error) => {
        giveUp();
        this.open_.delete(over);
        signal.removeEventListener('abort', stop);
        reject(cause);
        if (answer !== null && !answer.destroyed)
          answer.destroy(answer.listenerCount('error') > 0 ? cause : undefined);
      };
      const stop = () => over(aborted());
      const asked = {
        device,
        endpoint,
        method,
        path,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
        ),
        body: Buffer.from(body ?? []),
      };
      const giveUp = network().send(asked, {
        connected: () => exchange.onConnected(),
        head: ({ status, headers: given, body: whole }) => {
          const stream = new Readable({ read: () => undefined });
          answer = stream;
          resolve({
            status,
            headers: { 'content-length': String(whole.length), ...given },
            body: stream as AsyncIterable<Buffer>,
            destroy: () => over(systemError('ECONNRESET', 'destroyed')),
          });
        },
        piece: (bytes) => void answer?.push(bytes),
        end: () => {
          this.open_.delete(over);
          signal.removeEventListener('abort', stop);
          answer?.push(null);
        },
        fail: over,
      });
      this.open_.add(over);
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
  }

  close(): void {
    for (const over of [...this.open_]) over(systemError('ECONNRESET', 'closed'));
  }
}
