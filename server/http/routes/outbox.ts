import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { PATHS } from '../../../shared/protocol/endpoints';
import {
  DecidedSchema,
  MAX_ASKED,
  OutboxAnswerSchema,
  OutboxHistorySchema,
} from '../../../shared/protocol/outbox';
import { decidedOf, historyOf, ReceivedOutboxSchema, takeCommands } from '../../sync/outbox';
import { callerOf, demandCertificate } from '../device-gate';
import type { ServerParts } from '../parts';
import { Refusal } from '../refusal';

const BODY_BYTES = 8 * 1024 * 1024;
const HistoryQuery = z.strictObject({
  from: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number),
});

const DecidedQuery = z.strictObject({
  of: z
    .string()
    .regex(/^[1-9]\d{0,14}(?:,[1-9]\d{0,14})*$/)
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.number()).max(MAX_ASKED)),
});

/** POST outbox; GET outbox: what the device sent before. No schema version is asked: an old program may always hand in. */
export function outboxRoutes(server: FastifyInstance, parts: ServerParts): void {
  server.post(
    PATHS.outbox,
    { bodyLimit: BODY_BYTES, config: { isSlow: true }, onRequest: demandCertificate },
    async (request) => {
      const { device } = await callerOf(request, parts.client, parts.regions);
      const parsed = ReceivedOutboxSchema.safeParse(request.body);
      if (!parsed.success) throw new Refusal('bad-request', 'not an outbox request');
      const { commands, receipt } = parsed.data;
      return OutboxAnswerSchema.parse(await takeCommands(parts, device, commands, receipt));
    },
  );
  server.get(PATHS.outbox, async (request) => {
    const { device } = await callerOf(request, parts.client, parts.regions);
    const query = HistoryQuery.safeParse(request.query);
    if (!query.success) throw new Refusal('bad-request', 'from');
    return OutboxHistorySchema.parse(await historyOf(parts, device, query.data.from));
  });
  server.get(PATHS.outboxDecided, async (request) => {
    const { device } = await callerOf(request, parts.client, parts.regions);
    const query = DecidedQuery.safeParse(request.query);
    if (!query.success) throw new Refusal('bad-request', 'of');
    return DecidedSchema.parse(await decidedOf(parts, device, query.data.of));
  });
}
