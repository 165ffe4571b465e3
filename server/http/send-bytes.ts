import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ByteRange, ObjectStore } from '../sync/object-store';
import { Refusal } from './refusal';

/** A single byte range (RFC 9110 section 14.1.2); null: not satisfiable; undefined: none asked, or a form that may be ignored. */
export function parseRange(header: string | undefined, size: number): ByteRange | null | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const [first, last] = [match[1] ?? '', match[2] ?? ''];
  if (first === '') {
    const suffix = Number(last);
    return suffix === 0 ? null : { from: Math.max(0, size - suffix), to: size - 1 };
  }
  const from = Number(first);
  const to = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (from >= size) return null;
  return from > to ? undefined : { from, to };
}

/** Answers with immutable bytes, whole or the range asked for. */
export async function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  objects: ObjectStore,
  sha256: string,
): Promise<FastifyReply> {
  const size = await objects.size(sha256);
  if (size === undefined) throw new Refusal('not-found', 'no such object');
  // Encrypted for the region or personal: no cache between us and the device may answer for others.
  void reply.headers({
    'accept-ranges': 'bytes',
    etag: `"${sha256}"`,
    'cache-control': 'private, immutable, max-age=31536000',
  });
  const isCurrent =
    request.headers['if-range'] === undefined || request.headers['if-range'] === `"${sha256}"`;
  const range = isCurrent ? parseRange(request.headers.range, size) : undefined;
  if (range === null) return reply.code(416).header('content-range', `bytes */${size}`).send();
  const part = range ?? { from: 0, to: size - 1 };
  if (range !== undefined)
    void reply.code(206).header('content-range', `bytes ${part.from}-${part.to}/${size}`);
  return reply.type('application/octet-stream').send(await objects.read(sha256, part));
}
