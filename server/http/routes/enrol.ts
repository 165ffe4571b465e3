import type { FastifyInstance } from 'fastify';
import { PATHS } from '../../../shared/protocol/endpoints';
import { EnrolRequestSchema } from '../../../shared/protocol/enrol';
import { enrolDevice } from '../../enrol/enrolments';
import type { ServerParts } from '../parts';
import { RateLimit } from '../rate-limit';
import { Refusal } from '../refusal';

/** Sixty bits against twenty guesses a minute and address. */
const TRIES = 20;
const WINDOW_MS = 60_000;

/** POST enrol: the only route for callers without a certificate. */
export function enrolRoutes(server: FastifyInstance, parts: ServerParts): void {
  const limit = new RateLimit(TRIES, WINDOW_MS);
  server.post(PATHS.enrol, async (request, reply) => {
    const waitMs = limit.hit(request.ip, parts.nowMs());
    if (waitMs > 0) throw new Refusal('busy', 'too many enrolments from this address', waitMs);
    const parsed = EnrolRequestSchema.safeParse(request.body);
    if (!parsed.success) throw new Refusal('bad-request', 'not an enrolment request');
    const enrolled = await enrolDevice(parts, parsed.data);
    if (!enrolled.ok) throw new Refusal(enrolled.error, `enrolment refused: ${enrolled.error}`);
    parts.log(`enrolled ${enrolled.value.deviceId} of office ${enrolled.value.office.code}`);
    return reply.send(enrolled.value);
  });
}
