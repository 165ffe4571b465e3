import type { FastifyInstance } from 'fastify';
import {
  DeviceReportSchema,
  REPORT_PATH,
  ReportAnswerSchema,
} from '../../../shared/protocol/bundle';
import { keepReport } from '../../store/device-contact';
import { forgetMending } from '../../store/device-wishes';
import { callerOf } from '../device-gate';
import type { ServerParts } from '../parts';
import { Refusal } from '../refusal';

/** POST report: how the device stands, and which of its attempts failed. */
export function reportRoutes(server: FastifyInstance, parts: ServerParts): void {
  server.post(REPORT_PATH, async (request) => {
    const { device } = await callerOf(request, parts.client, parts.regions);
    const report = DeviceReportSchema.safeParse(request.body);
    if (!report.success) throw new Refusal('bad-request', 'not a report');
    const kept = await parts.client.transaction(async (runner) => {
      await forgetMending(runner, device.id);
      return keepReport(runner, device.id, report.data, 'line', parts.nowMs());
    });
    return ReportAnswerSchema.parse({ kept });
  });
}
