import type { FastifyInstance } from 'fastify';
import { HealthSchema, PATHS, StatementsSchema } from '../../../shared/protocol/endpoints';
import { officeStatements, statementsTag } from '../../enrol/statements';
import { usersOf } from '../../store/offices';
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
    const users = await usersOf(parts.client, office.code);
    const nowMs = parts.nowMs();
    return sendTagged(request, reply, statementsTag(office, users, device.id, nowMs), async () =>
      StatementsSchema.parse({
        statements: await officeStatements(parts.statements, office, users, device.id, nowMs),
      }),
    );
  });
}
