import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  CROSS_REGION_AT_HEADER,
  CROSS_REGION_CONTENT_PATH,
  CROSS_REGION_PATH,
  crossRegionObjectPath,
  RequestIdSchema,
} from '../../../shared/protocol/cross-region';
import { HashSchema } from '../../../shared/protocol/manifest';
import { grantOf, grantPackage, sweepGrants } from '../../cross-region/content';
import { standingsFor } from '../../cross-region/standings';
import { isGrantObject } from '../../store/cross-grants';
import { sendTagged } from '../conditional';
import { callerOf } from '../device-gate';
import type { ServerParts } from '../parts';
import { Refusal } from '../refusal';
import { sendBytes } from '../send-bytes';

function grantIn(request: FastifyRequest): string {
  const asked = RequestIdSchema.safeParse((request.query as { readonly grant?: unknown }).grant);
  if (!asked.success) throw new Refusal('bad-request', 'name the grant');
  return asked.data;
}

const gone = () => new Refusal('not-found', 'no such grant of this device now');

/** GET how requests to other regions stand, and what a grant brings: to the device that it was made for, while it lasts. */
export function crossRegionRoutes(server: FastifyInstance, parts: ServerParts): void {
  const { client, regions } = parts;
  server.get(CROSS_REGION_PATH, async (request, reply) => {
    const { device, office } = await callerOf(request, client, regions);
    await sweepGrants(parts);
    // Before it is read, as for a stick.
    void reply.header(CROSS_REGION_AT_HEADER, String(parts.nowMs()));
    const { tag, seal } = await standingsFor(parts, office, device, {
      withMarks: (request.query as { readonly marks?: unknown }).marks === '1',
    });
    return sendTagged(request, reply, tag, async () => ({
      box: Buffer.from(await seal()).toString('base64'),
    }));
  });
  server.get(CROSS_REGION_CONTENT_PATH, async (request) => {
    const { device } = await callerOf(request, client, regions);
    const made = await grantPackage(parts, device, grantIn(request));
    if (made === undefined) throw gone();
    return { box: Buffer.from(made.box).toString('base64') };
  });
  server.get(crossRegionObjectPath(':sha256'), async (request, reply) => {
    const { device } = await callerOf(request, client, regions);
    const grant = grantIn(request);
    const name = HashSchema.safeParse((request.params as { readonly sha256?: unknown }).sha256);
    if (!name.success) throw new Refusal('bad-request', 'object name');
    if ((await grantOf(parts, client, device, grant)) === undefined) throw gone();
    if (!(await isGrantObject(client, grant, name.data)))
      throw new Refusal('forbidden', 'an object of another grant');
    return sendBytes(request, reply, parts.objects, name.data);
  });
}
