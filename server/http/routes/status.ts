import type { FastifyInstance } from 'fastify';
import { HealthSchema, PATHS, StatementsSchema } from '../../../shared/protocol/endpoints';
import { toldDevice } from '../../enrol/device-statements';
import { findSlice } from '../../store/slices';
import { sendTagged } from '../conditional';
import { callerOf } from '../device-gate';
import type { ServerParts } from '../parts';

/** GET health, GET statements. */
export function statusRoutes(server: FastifyInstance, parts: ServerParts): void {
  server.get(PATHS.health, async (request) => {
    const { region } = await callerOf(request, parts.client, parts.regions);
    const slice = await findSlice(parts.client, region.slice);
    return HealthSchema.parse({
      status: 'ok',
      nowMs: parts.nowMs(),
      region: region.code,
      head: slice?.head ?? 0,
    });
  });
  server.get(PATHS.statements, async (request, reply) => {
    const { office, device } = await callerOf(request, parts.client, parts.regions);
    const told = await toldDevice(parts, office, device.id);
    return sendTagged(request, reply, told.tag, async () =>
      StatementsSchema.parse({ statements: await told.sign() }),
    );
  });
}
