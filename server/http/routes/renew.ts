import type { FastifyInstance } from 'fastify';
import { PATHS } from '../../../shared/protocol/endpoints';
import { RenewRequestSchema } from '../../../shared/protocol/renew';
import { renewDevice } from '../../enrol/renewals';
import { callerOf } from '../device-gate';
import type { ServerParts } from '../parts';
import { Refusal } from '../refusal';

/** POST renew: with the device certificate that is to be replaced. */
export function renewRoutes(server: FastifyInstance, parts: ServerParts): void {
  server.post(PATHS.renew, async (request, reply) => {
    const { device } = await callerOf(request, parts.client, parts.regions);
    const parsed = RenewRequestSchema.safeParse(request.body);
    if (!parsed.success) throw new Refusal('bad-request', 'not a renewal');
    const renewed = await renewDevice(parts, device, parsed.data);
    if (!renewed.ok) throw new Refusal('bad-request', 'no proof of possession, or a known key');
    parts.log(`certificate of ${device.id} renewed`);
    return reply.send({ tlsCertificate: renewed.value });
  });
}
