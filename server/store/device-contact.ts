import type { DeviceReport } from '../../shared/protocol/bundle';
import type { SqlRunner } from './sql-client';

/** Failures kept of one device: the newest. */
const KEPT_FAILURES = 200;

/** How a device was heard of. */
export type Via = 'line' | 'stick';

/** Where a device stood at its last contact, as far as it said. */
export interface Contact {
  readonly seenMs: number;
  readonly via: Via;
  readonly epoch: string | null;
  readonly appliedRseq: number | null;
  /** When the server signed the state that the device had applied. */
  readonly appliedMs: number | null;
  readonly settled: number | null;
}

interface ContactRow extends Readonly<Record<string, unknown>> {
  readonly seen_ms: number;
  readonly via: Via;
  readonly epoch: string | null;
  readonly applied_rseq: number | null;
  readonly applied_ms: number | null;
  readonly settled: number | null;
}

export async function findContact(runner: SqlRunner, device: string): Promise<Contact | undefined> {
  const [row] = await runner.query<ContactRow>('select * from device_contact where device = $1', [
    device,
  ]);
  if (row === undefined) return undefined;
  const { seen_ms: seenMs, via, epoch, applied_rseq, applied_ms, settled } = row;
  return { seenMs, via, epoch, appliedRseq: applied_rseq, appliedMs: applied_ms, settled };
}

/** The device asked for what follows a state, or for the rest of it: so it has that one. */
export async function notePosition(
  runner: SqlRunner,
  device: string,
  { epoch, rseq }: { readonly epoch: string; readonly rseq: number },
  nowMs: number,
): Promise<void> {
  await runner.query(
    `insert into device_contact (device, seen_ms, via, epoch, applied_rseq) values ($1, $2, 'line', $3, $4)
     on conflict (device) do update set seen_ms = excluded.seen_ms, via = 'line', epoch = excluded.epoch,
       applied_ms = case when device_contact.epoch = excluded.epoch and device_contact.applied_rseq = excluded.applied_rseq
         then device_contact.applied_ms end,
       applied_rseq = excluded.applied_rseq`,
    [device, nowMs, epoch, rseq],
  );
}

/**
 * Keeps a device's report. One from a stick that is older than the last contact only brings its failures.
 * Returns how many failures are kept of it, repetitions among them.
 */
export async function keepReport(
  runner: SqlRunner,
  device: string,
  report: DeviceReport,
  via: Via,
  nowMs: number,
): Promise<number> {
  const seenMs = via === 'line' ? nowMs : Math.min(report.atMs, nowMs);
  const { applied, pending, rejected, settled, program, keyEpoch, statisticsLedger } = report;
  await runner.query(
    `insert into device_contact (device, seen_ms, via, epoch, applied_rseq, applied_ms, pending, rejected, settled, program, key_epoch,
       statistics_ledger)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (device) do update set seen_ms = excluded.seen_ms, via = excluded.via, epoch = excluded.epoch,
       applied_rseq = excluded.applied_rseq, applied_ms = excluded.applied_ms, pending = excluded.pending,
       rejected = excluded.rejected, settled = excluded.settled, program = excluded.program,
       key_epoch = coalesce(excluded.key_epoch, device_contact.key_epoch),
       statistics_ledger = coalesce(excluded.statistics_ledger, device_contact.statistics_ledger)
     where device_contact.seen_ms <= excluded.seen_ms`,
    [
      device,
      seenMs,
      via,
      applied?.epoch ?? null,
      applied?.rseq ?? null,
      applied?.issuedMs ?? null,
      pending,
      rejected,
      settled,
      program,
      keyEpoch ?? null,
      statisticsLedger ?? null,
    ],
  );
  for (const { atMs, code } of report.failures)
    await runner.query(
      'insert into device_failure (device, at_ms, code, reported_ms) values ($1, $2, $3, $4) on conflict do nothing',
      [device, atMs, code, nowMs],
    );
  await runner.query(
    `delete from device_failure where device = $1 and at_ms < (
       select min(at_ms) from (select at_ms from device_failure where device = $1 order by at_ms desc limit $2) newest)`,
    [device, KEPT_FAILURES],
  );
  return report.failures.length;
}

export interface MadeBundleRecord {
  readonly id: string;
  readonly device: string;
  readonly kind: 'full' | 'delta';
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

export async function noteBundle(
  runner: SqlRunner,
  { id, device, kind, from, to, bytes }: MadeBundleRecord,
  nowMs: number,
): Promise<void> {
  await runner.query(
    'insert into bundle_made (id, device, kind, from_rseq, to_rseq, made_ms, bytes) values ($1, $2, $3, $4, $5, $6, $7)',
    [id, device, kind, from, to, nowMs, bytes],
  );
}

/** One device as `central lag` shows it. */
export interface DeviceLag {
  readonly office: string;
  readonly officeName: string;
  readonly region: string;
  readonly device: string;
  readonly name: string;
  readonly status: string;
  readonly lastContactMs: number | null;
  readonly via: Via | null;
  readonly appliedRseq: number | null;
  readonly appliedMs: number | null;
  /** Changes that the device lacks; null where it never said what it has, or has another epoch. */
  readonly lagChanges: number | null;
  readonly pending: number | null;
  readonly rejected: number | null;
  readonly failures: number;
  readonly lastFailure: { readonly atMs: number; readonly code: string } | null;
  readonly lastBundleMs: number | null;
  /** Places where its audit log did not go on and a restored or renewed one was accepted. */
  readonly logGaps: number;
  /** Pages of the log or statements about it that contradicted what was handed in before. */
  readonly logAlarms: number;
  /** The newest keys of its region that it said it holds, null: it never said; and those in use. */
  readonly keyEpoch: number | null;
  readonly regionKeyEpoch: number;
}

/** Every device with its office, the longest silent first. */
export async function readLag(runner: SqlRunner): Promise<readonly DeviceLag[]> {
  const rows = await runner.query<{
    office: string;
    office_name: string;
    slice: number;
    id: string;
    name: string;
    status: string;
    seen_ms: number | null;
    control_seen_ms: number | null;
    via: Via | null;
    same_epoch: boolean | null;
    head: number;
    applied_rseq: number | null;
    applied_ms: number | null;
    pending: number | null;
    rejected: number | null;
    failures: number;
    failed_ms: number | null;
    failed_code: string | null;
    bundle_ms: number | null;
    log_gaps: number;
    log_alarms: number;
    key_epoch: number | null;
    region_key_epoch: number;
  }>(
    `select o.code as office, o.name as office_name, o.slice, d.id, d.name, d.status, c.seen_ms, d.control_seen_ms, c.via,
       case when s.key_epoch = 1 then 1 when c.key_epoch is not null then c.key_epoch
         when d.enrolled_ms > k.begun_ms then s.key_epoch end as key_epoch, s.key_epoch as region_key_epoch,
       c.epoch = s.epoch as same_epoch, s.head, c.applied_rseq, c.applied_ms, c.pending, c.rejected,
       (select count(*)::int from device_failure f where f.device = d.id) as failures,
       last.at_ms as failed_ms, last.code as failed_code,
       (select max(made_ms) from bundle_made b where b.device = d.id) as bundle_ms,
       (select count(*)::int from audit_chain a where a.device = d.id) as log_gaps,
       (select count(*)::int from outbox_alarm a where a.device = d.id and a.kind in ('audit', 'audit-renewal')) as log_alarms
     from device d join office o on o.code = d.office join slice s on s.code = o.slice
     left join device_contact c on c.device = d.id
     left join region_key k on k.slice = s.code and k.key_epoch = s.key_epoch
     left join lateral (select at_ms, code from device_failure f where f.device = d.id order by at_ms desc limit 1) last on true
     order by c.seen_ms nulls first, o.code, d.id`,
  );
  return rows.map((row) => ({
    office: row.office,
    officeName: row.office_name,
    region: String(row.slice),
    device: row.id,
    name: row.name,
    status: row.status,
    lastContactMs:
      row.seen_ms === null && row.control_seen_ms === null
        ? null
        : Math.max(row.seen_ms ?? 0, row.control_seen_ms ?? 0),
    via: row.via,
    appliedRseq: row.applied_rseq,
    appliedMs: row.applied_ms,
    lagChanges:
      row.same_epoch === true && row.applied_rseq !== null ? row.head - row.applied_rseq : null,
    pending: row.pending,
    rejected: row.rejected,
    failures: row.failures,
    lastFailure:
      row.failed_ms === null ? null : { atMs: row.failed_ms, code: row.failed_code ?? '' },
    lastBundleMs: row.bundle_ms,
    logGaps: row.log_gaps,
    logAlarms: row.log_alarms,
    keyEpoch: row.key_epoch,
    regionKeyEpoch: row.region_key_epoch,
  }));
}
