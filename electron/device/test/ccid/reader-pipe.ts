import type { BulkPipe } from '../../ccid/exchange';
import { CardError } from '../../piv/card-transport';
import type { SimulatedReader } from './simulated-reader';

/** The two endpoints of a simulated reader, without a bus between; a silent reader is silent until the abort. */
export function pipeTo(reader: SimulatedReader): BulkPipe {
  const running: AsyncGenerator<Uint8Array>[] = [];
  return {
    write: async (message) => {
      running.push(reader.answers(message.slice()));
    },
    read: async (signal) => {
      for (;;) {
        if (signal.aborted) throw new CardError('cancelled', 'transfer cancelled');
        const [first] = running;
        if (first === undefined) {
          await new Promise<void>((resolve) => {
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
        } else {
          const { value, done } = await first.next();
          if (done !== true) return value;
          running.shift();
        }
      }
    },
    abort: async () => {
      reader.abort();
      running.splice(0);
    },
  };
}
