import { randomBytes } from 'node:crypto';
import type { Answer } from '../../shared/ipc/define';
import type { PortAnswer, PortRequest } from '../../shared/ipc/events';
import type { PagePort } from './parent-channel';
import type { StoreEvent } from './protocol';
import { wireError } from './threads/rpc';

/** A page's port: only the contract's port routes, each parsed, in the session's role and scope. */
export function servePage(
  port: PagePort,
  answer: (route: string, input: unknown) => Promise<Answer<unknown>>,
): void {
  port.on('message', (event) => {
    const { id, route, input } = (event.data ?? {}) as Partial<PortRequest>;
    if (typeof id !== 'number' || typeof route !== 'string') return;
    void answer(route, input).then((given) =>
      port.postMessage({ id, answer: given } satisfies PortAnswer),
    );
  });
  port.start();
}

/** A page's answer, or its refusal; what went wrong inside is told to main under the same reference. */
export async function pageAnswer(
  act: () => Promise<unknown>,
  tell: (event: StoreEvent) => void,
): Promise<Answer<unknown>> {
  try {
    return { ok: true, data: await act() };
  } catch (thrown) {
    const { code, params, detail } = wireError(thrown);
    const ref = randomBytes(4).toString('hex');
    if (detail !== undefined)
      tell({ event: 'faulted', ref, code, detail, file: String(params.file ?? '') });
    return { ok: false, error: { code, params, ref } };
  }
}
