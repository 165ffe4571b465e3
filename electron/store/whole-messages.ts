import { BulkEnd, type BulkMessage } from './bulk';
import type { ParentChannel } from './parent-channel';
import type { StoreAnswer, StoreRequest } from './protocol';
import { wireError } from './threads/rpc';

/** The channel as if every message had come in one: parts are taken and answered here. */
export function wholeMessages(channel: ParentChannel): ParentChannel {
  const bulk = new BulkEnd();
  const answer = (id: number, act: () => void): void => {
    try {
      act();
    } catch (error) {
      const message: StoreAnswer = { id, ok: false, error: wireError(error) };
      channel.postMessage(message);
    }
  };
  return {
    postMessage: (message, sent) => channel.postMessage(message, sent),
    onEnd: (handler) => channel.onEnd(handler),
    onMessage: (handler) =>
      channel.onMessage((message, ports) => {
        if (typeof message !== 'object' || message === null) return;
        const came = message as BulkMessage | StoreRequest;
        if ('part' in came)
          answer(came.id, () => {
            bulk.take(came.part);
            channel.postMessage({ id: came.id, ok: true, data: {} } satisfies StoreAnswer);
          });
        else if (came.bulk !== undefined) {
          const { bulk: fields, ...rest } = came;
          answer(came.id, () => handler({ ...rest, input: bulk.whole(came.input, fields) }, ports));
        } else handler(message, ports);
      }),
  };
}
