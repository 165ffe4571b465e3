import type { FastifyInstance } from 'fastify';
import { PATHS } from '../../../shared/protocol/endpoints';
import { OutboxAnswerSchema } from '../../../shared/protocol/outbox';
import { ReceivedOutboxSchema, takeCommands } from '../../sync/outbox';
import { callerOf } from '../device-gate';
import type { ServerParts } from '../parts';
import { Refusal } from '../refusal';

const BODY_BYTES = 8 * 1024 * 1024;

/** POST outbox. */
export function outboxRoutes(server: FastifyInstance, parts: ServerParts): void {
  server.post(PATHS.outbox, { bodyLimit: BODY_BYTES }, async (request) => {
    const { device } = await callerOf(request, parts.client, parts.regions);
    const parsed = ReceivedOutboxSchema.safeParse(request.body);
    if (!parsed.success) throw new Refusal('bad-request', 'not an outbox request');
    return OutboxAnswerSchema.parse(await takeCommands(parts, device, parsed.data.commands));
  });
}
