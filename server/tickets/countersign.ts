import type { CommandPayload } from '../../shared/protocol/commands';
import { ExportReceiptSchema } from '../../shared/protocol/export-receipt';
import { signStatement } from '../../shared/protocol/signed-statement';
import type { Bench } from '../commands/bench';
import { keepExportReceipt } from '../store/export-receipts';

/** Countersigns the manifest of a package whose record was taken: an upper bound of the time of its signature. */
export async function countersign(
  { runner, keys, kid, device, nowMs }: Bench,
  { traceId, manifestSha256 }: CommandPayload<'export-record'>,
): Promise<void> {
  if (manifestSha256 === undefined) return;
  const receipt = ExportReceiptSchema.parse({
    type: 'export-receipt',
    traceId,
    office: device.office,
    device: device.id,
    manifestSha256,
    takenMs: nowMs,
  });
  const signed = await signStatement(kid, receipt, (bytes) => keys.sign('statement', bytes));
  await keepExportReceipt(runner, device.id, traceId, JSON.stringify(signed), nowMs);
}
