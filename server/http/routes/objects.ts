import type { FastifyInstance, FastifyRequest } from 'fastify';
import { attachmentPath, objectPath } from '../../../shared/protocol/endpoints';
import { HashSchema } from '../../../shared/protocol/manifest';
import { slicesOfAttachment, slicesOfObject } from '../../store/manifests';
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
    // Whether another region has such a picture is nobody's business here.
    if ((await slicesOfAttachment(parts.client, region.slice, sha256)).length === 0)
      throw new Refusal('not-found', 'no such attachment');
    return sendBytes(request, reply, parts.objects, sha256);
  });
}
