import type { FastifyInstance } from 'fastify';
import {
  ControlAnswerSchema,
  ControlQuerySchema,
  ControlReceiptsAnswerSchema,
  ControlReceiptsSchema,
  MAX_DIRECTIVES,
} from '../../../shared/protocol/control';
import { PATHS } from '../../../shared/protocol/endpoints';
import {
  ControlRenewAnswerSchema,
  ControlRenewRequestSchema,
} from '../../../shared/protocol/renew';
import { TimeStatementSchema } from '../../../shared/protocol/signed-statement';
import { tellLevelNow } from '../../control/level-desk';
import { tellMarksNow } from '../../control/mark-desk';
import { takeReceipt } from '../../control/receipts';
import { deviceStatements } from '../../enrol/device-statements';
import { renewControl } from '../../enrol/renewals';
import { noteControl } from '../../store/devices';
import { openDirectives } from '../../store/directives';
import { controlCallerOf } from '../device-gate';
import type { ServerParts } from '../parts';
import { Refusal } from '../refusal';

const BODY_BYTES = 64 * 1024;

/** GET control, POST receipts and renewal: the paths of the control certificate. */
export function controlRoutes(server: FastifyInstance, parts: ServerParts): void {
  const { client, statements } = parts;
  server.get(PATHS.control, async (request) => {
    const { device, office } = await controlCallerOf(request, client);
    const query = ControlQuerySchema.safeParse(request.query);
    if (!query.success) throw new Refusal('bad-request', 'a nonce of 32 hex digits');
    const nowMs = parts.nowMs();
    await noteControl(client, device.id, nowMs);
    await tellMarksNow(parts, device);
    await tellLevelNow(parts, device);
    const { nonce } = query.data;
    const time = TimeStatementSchema.parse({ type: 'time', device: device.id, nonce, atMs: nowMs });
    return ControlAnswerSchema.parse({
      time: await statements.sign(time),
      statements:
        device.status === 'active' ? await deviceStatements(parts, office, device.id) : [],
      directives: await openDirectives(client, device.id, MAX_DIRECTIVES),
    });
  });
  server.post(PATHS.controlRenew, { bodyLimit: BODY_BYTES }, async (request) => {
    const { device } = await controlCallerOf(request, client);
    // A revoked device gets its orders, and nothing that lasts longer.
    if (device.status !== 'active')
      throw new Refusal('device-revoked', `the device is ${device.status}`);
    const parsed = ControlRenewRequestSchema.safeParse(request.body);
    if (!parsed.success) throw new Refusal('bad-request', 'not a renewal');
    const renewed = await renewControl(parts, device, parsed.data);
    if (!renewed.ok) throw new Refusal('bad-request', 'no proof of possession, or a known key');
    parts.log(`control certificate of ${device.id} renewed`);
    return ControlRenewAnswerSchema.parse({ controlCertificate: renewed.value });
  });
  server.post(PATHS.controlReceipts, { bodyLimit: BODY_BYTES }, async (request) => {
    const { device } = await controlCallerOf(request, client);
    const body = ControlReceiptsSchema.safeParse(request.body);
    if (!body.success) throw new Refusal('bad-request', 'not receipts');
    const kept = await client.transaction(async (runner) => {
      let taken = 0;
      for (const receipt of body.data.receipts)
        if (await takeReceipt(runner, device, receipt, parts.nowMs())) taken++;
      return taken;
    });
    return ControlReceiptsAnswerSchema.parse({ kept });
  });
}
