import { type AuditGap, auditEnd, auditGaps } from '../store/audit-pages';
import { findDevice } from '../store/devices';
import { alarmsOf, countVerdicts, type OutboxAlarm } from '../store/outbox';
import type { SqlRunner } from '../store/sql-client';

/** How far a device's reports are here. */
export interface OutboxStanding {
  readonly commands: number;
  readonly verdicts: Readonly<Record<string, number>>;
  /** Last entry of its audit log that was handed in; 0 for none. */
  readonly audit: number;
  /** Where the log did not go on and the centre accepted a restored or renewed one: for ever. */
  readonly gaps: readonly AuditGap[];
  readonly alarms: readonly { readonly kind: OutboxAlarm; readonly dseq: number }[];
}

/** Throws RangeError for a device that is not there. */
export async function outboxStanding(runner: SqlRunner, device: string): Promise<OutboxStanding> {
  if ((await findDevice(runner, device)) === undefined) throw new RangeError(`no device ${device}`);
  const verdicts = await countVerdicts(runner, device);
  return {
    commands: Object.values(verdicts).reduce((sum, count) => sum + count, 0),
    verdicts,
    audit: (await auditEnd(runner, device)).seq,
    gaps: await auditGaps(runner, device),
    alarms: await alarmsOf(runner, device),
  };
}
