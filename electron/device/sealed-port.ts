import { HandoverEnd, sealTo } from '../crypto/handover';
import type { ProcessPort } from './process-port';

/** Named secrets of a request, in the place of the fields themselves. */
export interface SealedFields {
  readonly sealed: Uint8Array;
  /** Where an answer that is a secret itself is sealed to. */
  readonly replyTo?: Uint8Array;
}

/** An answer whose value lies in the box as `value`. */
export interface SealedAnswer {
  readonly sealed: Uint8Array;
}

const SECRETS = ['pin'];

/**
 * The device protocol over a channel that copies messages into buffers which nobody clears: PINs come sealed, and the
 * secret that a token unwraps goes back sealed. The first message carries the point that requests are sealed to. A
 * request with a PIN in plain is not served.
 */
export function sealedPort(port: ProcessPort): ProcessPort {
  const end = new HandoverEnd();
  const replyTo = new Map<unknown, Uint8Array>();

  const opened = (message: unknown): unknown => {
    if (typeof message !== 'object' || message === null) return message;
    if (SECRETS.some((name) => name in message)) return undefined;
    if (!('sealed' in message)) return message;
    const { sealed, replyTo: point, ...rest } = message as SealedFields & { readonly id?: unknown };
    try {
      const request = { ...rest, ...end.open(sealed) };
      if (point !== undefined) replyTo.set(rest.id, point);
      return request;
    } catch {
      return undefined;
    }
  };

  const closed = (message: unknown): unknown => {
    const { kind, id, value } = message as { kind: string; id?: unknown; value?: unknown };
    if (kind === 'ready') return { kind, point: end.point };
    const point = replyTo.get(id);
    if (kind !== 'answer' || point === undefined) return message;
    replyTo.delete(id);
    if (!(value instanceof Uint8Array)) return message;
    const sealed = sealTo(point, { value });
    value.fill(0);
    return { kind, id, ok: true, sealed };
  };

  return {
    postMessage: (message) => port.postMessage(closed(message)),
    onMessage: (handler) => port.onMessage((message, ports) => handler(opened(message), ports)),
  };
}
