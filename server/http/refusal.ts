import type { FastifyReply } from 'fastify';
import { type ServerRefusal, ServerRefusalSchema } from '../../shared/protocol/enrol';

export type RefusalCode = ServerRefusal['error']['code'];

const STATUS: Readonly<Record<RefusalCode, number>> = {
  'bad-request': 400,
  'code-unknown': 403,
  'code-expired': 403,
  'code-used': 403,
  'device-unknown': 401,
  'device-revoked': 403,
  forbidden: 403,
  'not-found': 404,
  'cursor-unknown': 410,
  'state-moved': 409,
  'schema-unsupported': 409,
  busy: 429,
  internal: 500,
};

/** A request that is answered with a documented refusal. `message` goes to the device's log. */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

export function sendRefusal(
  reply: FastifyReply,
  { code, message, retryAfterMs }: Refusal,
): FastifyReply {
  const body = ServerRefusalSchema.parse({
    error: {
      code,
      message: message.slice(0, 500),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  });
  if (retryAfterMs !== undefined)
    void reply.header('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  return reply
    .code(STATUS[code])
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(body));
}
