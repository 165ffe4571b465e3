import { createHash } from 'node:crypto';
import type { SqlRow, SqlRunner } from './sql-client';

export interface Device {
  readonly id: string;
  readonly office: string;
  readonly name: string;
  readonly program: string;
  /** SHA-256 of the TLS key's SPKI, hex: the certificate must carry this very key. */
  readonly tlsSpki: string;
  readonly boxKey: Uint8Array;
  readonly signKey: Uint8Array;
  /** SPKI DER of the control key; null for devices enrolled without one. */
  readonly controlKey: Uint8Array | null;
  /** Serial number of its certificate, hex. */
  readonly serial: string;
  /** `wiped`: it said so itself; like a revoked one it is refused everywhere. */
  readonly status: DeviceStatus;
}
export type DeviceStatus = 'active' | 'revoked' | 'wiped';

/** What became of an enrolment code. */
export type CodeUse =
  | { readonly kind: 'taken'; readonly office: string; readonly badge: string | null }
  | { readonly kind: 'unknown' | 'expired' | 'used' };

/** Keeps a code; `badge`: the user it is made for, null for a device of the office as a whole. */
export async function addEnrolment(
  runner: SqlRunner,
  secretHash: string,
  office: string,
  badge: string | null,
  expiresMs: number,
): Promise<void> {
  await runner.query(
    'insert into enrolment (secret_hash, office, badge, expires_ms) values ($1, $2, $3, $4)',
    [secretHash, office, badge, expiresMs],
  );
}

/** Uses a code up for a device; of two at the same moment one gets it. */
export async function takeEnrolment(
  runner: SqlRunner,
  secretHash: string,
  device: string,
  nowMs: number,
): Promise<CodeUse> {
  const [taken] = await runner.query<{ office: string; badge: string | null }>(
    `update enrolment set used_ms = $3, device = $2 where secret_hash = $1 and used_ms is null and expires_ms > $3 returning office, badge`,
    [secretHash, device, nowMs],
  );
  if (taken !== undefined) return { kind: 'taken', ...taken };
  const [known] = await runner.query<{ used_ms: number | null }>(
    'select used_ms from enrolment where secret_hash = $1',
    [secretHash],
  );
  if (known === undefined) return { kind: 'unknown' };
  return { kind: known.used_ms === null ? 'expired' : 'used' };
}

export async function addDevice(runner: SqlRunner, device: Device, nowMs: number): Promise<void> {
  const { id, office, name, program, tlsSpki, boxKey, signKey, controlKey, serial, status } =
    device;
  await runner.query(
    `insert into device (id, office, name, program, tls_spki, box_key, sign_key, serial, status, enrolled_ms,
       control_key, control_spki)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      id,
      office,
      name,
      program,
      tlsSpki,
      boxKey,
      signKey,
      serial,
      status,
      nowMs,
      controlKey,
      controlKey === null ? null : spkiHash(controlKey),
    ],
  );
}

/** A device's row in the database. */
export interface DeviceRow {
  readonly id: string;
  readonly office: string;
  readonly name: string;
  readonly program: string;
  readonly tls_spki: string;
  readonly box_key: Uint8Array;
  readonly sign_key: Uint8Array;
  readonly control_key: Uint8Array | null;
  readonly serial: string;
  readonly status: DeviceStatus;
}

export function deviceOf(row: DeviceRow): Device {
  const { id, office, name, program, tls_spki: tlsSpki, serial, status } = row;
  return {
    id,
    office,
    name,
    program,
    tlsSpki,
    serial,
    status,
    boxKey: new Uint8Array(row.box_key),
    signKey: new Uint8Array(row.sign_key),
    controlKey: row.control_key === null ? null : new Uint8Array(row.control_key),
  };
}

export async function findDevice(runner: SqlRunner, id: string): Promise<Device | undefined> {
  const [row] = await runner.query<DeviceRow & SqlRow>('select * from device where id = $1', [id]);
  return row && deviceOf(row);
}

/** Devices of an office, whatever their status. */
export async function devicesOf(runner: SqlRunner, office: string): Promise<readonly Device[]> {
  const rows = await runner.query<DeviceRow & SqlRow>(
    'select * from device where office = $1 order by id',
    [office],
  );
  return rows.map(deviceOf);
}

/** SHA-256 of a key's SPKI DER, hex. */
export function spkiHash(spki: Uint8Array): string {
  return createHash('sha256').update(spki).digest('hex');
}

/** True when there was such a device. */
export async function revokeDevice(runner: SqlRunner, id: string): Promise<boolean> {
  return (
    (await runner.query("update device set status = 'revoked' where id = $1 returning id", [id]))
      .length > 0
  );
}

/** The device says that it was wiped. */
export async function markWiped(runner: SqlRunner, id: string): Promise<void> {
  await runner.query("update device set status = 'wiped' where id = $1", [id]);
}

/** When the control channel of the device was here last. */
export async function noteControl(runner: SqlRunner, id: string, nowMs: number): Promise<void> {
  await runner.query('update device set control_seen_ms = $2 where id = $1', [id, nowMs]);
}

/** True when a device already has one of these keys, for whatever use. */
export async function isKeyEnrolled(
  runner: SqlRunner,
  spkiHashes: readonly string[],
): Promise<boolean> {
  const found = await runner.query(
    'select 1 from device where tls_spki = any($1) or control_spki = any($1) or next_tls_spki = any($1) or next_control_spki = any($1)',
    [spkiHashes],
  );
  return found.length > 0;
}

export async function countDevices(runner: SqlRunner): Promise<number> {
  const [row] = await runner.query<{ devices: number }>(
    'select count(*)::int as devices from device',
  );
  return row?.devices ?? 0;
}
