import type { FastifyInstance, FastifyRequest } from 'fastify';
import { attachmentPath, objectPath } from '../../../shared/protocol/endpoints';
import { HashSchema } from '../../../shared/protocol/manifest';
import { attachmentObjectOf } from '../../attachments/attachments';
import { slicesOfObject } from '../../store/manifests';
import { callerOf } from '../device-gate';
import type { ServerParts } from '../parts';
import { Refusal } from '../refusal';
import { sendBytes } from '../send-bytes';

function hashOf(request: FastifyRequest): string {
  const parsed = HashSchema.safeParse((request.params as { readonly sha256?: unknown }).sha256);
  if (!parsed.success) throw new Refusal('bad-request', 'object name');
  return parsed.data;
}

/** GET objects and attachments by their hash; only those of the caller's region. */
export function objectRoutes(server: FastifyInstance, parts: ServerParts): void {
  server.get(objectPath(':sha256'), async (request, reply) => {
    const { region } = await callerOf(request, parts.client, parts.regions);
    const sha256 = hashOf(request);
    const slices = await slicesOfObject(parts.client, sha256);
    if (slices.length === 0) throw new Refusal('not-found', 'no such object');
    if (!slices.includes(region.slice))
      throw new Refusal('forbidden', 'an object of another region');
    return sendBytes(request, reply, parts.objects, sha256);
  });
  server.get(attachmentPath(':sha256'), async (request, reply) => {
    const { region } = await callerOf(request, parts.client, parts.regions);
    const sha256 = hashOf(request);
    const object = await attachmentObjectOf(parts, region, sha256);
    if (object === undefined) throw new Refusal('not-found', 'no such attachment');
    return sendBytes(request, reply, parts.objects, object);
  });
}
