import type { FastifyInstance } from 'fastify';
import {
  ANSWER_PATH,
  CHALLENGE_PATH,
  ChallengeAnswerSchema,
  ChallengeRequestSchema,
  CodeAnswerSchema,
  CodeRequestSchema,
} from '../../../shared/protocol/ticket';
import { isOwnIntent, sendCode, takeCode } from '../../tickets/challenge';
import { callerOf } from '../device-gate';
import type { ServerParts } from '../parts';
import { Refusal } from '../refusal';

const BODY_BYTES = 64 * 1024;

/** POST challenge: a code is sent to the person's phone. POST answer: the code for a ticket. */
export function exportRoutes(server: FastifyInstance, parts: ServerParts): void {
  server.post(CHALLENGE_PATH, { bodyLimit: BODY_BYTES }, async (request) => {
    const { device } = await callerOf(request, parts.client, parts.regions);
    const body = ChallengeRequestSchema.safeParse(request.body);
    if (!body.success) throw new Refusal('bad-request', 'not an export intent');
    const { intent } = body.data;
    if (!isOwnIntent(intent, device)) throw new Refusal('forbidden', 'another device’s intent');
    return ChallengeAnswerSchema.parse(await refused(sendCode(parts, device, intent)));
  });
  server.post(ANSWER_PATH, { bodyLimit: BODY_BYTES }, async (request) => {
    const { device } = await callerOf(request, parts.client, parts.regions);
    const body = CodeRequestSchema.safeParse(request.body);
    if (!body.success) throw new Refusal('bad-request', 'challenge and six digits');
    const { challenge, code } = body.data;
    return CodeAnswerSchema.parse(await refused(takeCode(parts, device, challenge, code)));
  });
}

/** Who may not, and what the policy does not allow, is refused. */
async function refused<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RangeError) throw new Refusal('forbidden', error.message);
    throw error;
  }
}
