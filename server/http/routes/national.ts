import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { HashSchema } from '../../../shared/protocol/manifest';
import {
  NATIONAL_FILTER_PATH,
  NATIONAL_PATH,
  NationalAnswerSchema,
} from '../../../shared/protocol/national';
import { deltaOf, filterOf, latestPublication } from '../../store/national';
import { sendTagged } from '../conditional';
import { callerOf } from '../device-gate';
import type { ServerParts } from '../parts';
import { Refusal } from '../refusal';

/** `from`: the filter that the device holds; `only=delta`: rather nothing than the whole. */
const FilterQuerySchema = z.strictObject({
  sha256: HashSchema,
  from: HashSchema.optional(),
  only: z.literal('delta').optional(),
});

/** GET the newest publication of the national filter, and its bytes by their hash, or what leads to them. */
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
    const asked = FilterQuerySchema.safeParse(request.query);
    if (!asked.success) throw new Refusal('bad-request', 'name the filter by its hash');
    const { sha256, from, only } = asked.data;
    const delta = from === undefined ? undefined : await deltaOf(client, from, sha256);
    const filter = delta ?? (only === 'delta' ? undefined : await filterOf(client, sha256));
    if (filter === undefined) throw new Refusal('not-found', 'no such filter');
    return reply.type('application/octet-stream').send(Buffer.from(filter));
  });
}
