import type { FastifyInstance } from 'fastify';
import { HashSchema } from '../../../shared/protocol/manifest';
import {
  NATIONAL_FILTER_PATH,
  NATIONAL_PATH,
  NationalAnswerSchema,
} from '../../../shared/protocol/national';
import { filterOf, latestPublication } from '../../store/national';
import { sendTagged } from '../conditional';
import { callerOf } from '../device-gate';
import type { ServerParts } from '../parts';
import { Refusal } from '../refusal';

/** GET the newest publication of the national filter, and its bytes by their hash. */
export function nationalRoutes(server: FastifyInstance, parts: ServerParts): void {
  const { client } = parts;
  server.get(NATIONAL_PATH, async (request, reply) => {
    await callerOf(request, client, parts.regions);
    const newest = await latestPublication(client);
    return sendTagged(request, reply, `national-${newest?.seq ?? 0}`, () =>
      NationalAnswerSchema.parse({
        statement: newest === undefined ? null : JSON.parse(newest.statement),
      }),
    );
  });
  server.get(NATIONAL_FILTER_PATH, async (request, reply) => {
    await callerOf(request, client, parts.regions);
    const asked = HashSchema.safeParse((request.query as { readonly sha256?: unknown }).sha256);
    if (!asked.success) throw new Refusal('bad-request', 'name the filter by its hash');
    const filter = await filterOf(client, asked.data);
    if (filter === undefined) throw new Refusal('not-found', 'no such filter');
    return reply.type('application/octet-stream').send(Buffer.from(filter));
  });
}
