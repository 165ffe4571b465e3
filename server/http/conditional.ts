import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Answers 304 without a body where the caller has this version already (RFC 9110 section 13.1.2), else the version
 * with its tag. `tag` is without quotes.
 */
export async function sendTagged(
  request: FastifyRequest,
  reply: FastifyReply,
  tag: string,
  version: () => unknown | Promise<unknown>,
): Promise<FastifyReply> {
  const quoted = `"${tag}"`;
  void reply.header('etag', quoted);
  if (request.headers['if-none-match'] === quoted) return reply.code(304).send();
  return reply.send(await version());
}
