import { type Device, spkiHash } from './devices';
import type { SqlRunner } from './sql-client';

/** Keeps the key of a renewed control certificate beside the present one; one that was never used is forgotten. */
export async function keepNextControl(
  runner: SqlRunner,
  device: string,
  spki: Uint8Array,
): Promise<void> {
  await runner.query(
    'update device set next_control_key = $2, next_control_spki = $3 where id = $1',
    [device, spki, spkiHash(spki)],
  );
}

/** The renewed control certificate was used: from now on the old one opens nothing. False: there is no such key waiting. */
export async function takeNextControl(
  runner: SqlRunner,
  device: string,
  spki: string,
): Promise<boolean> {
  const taken = await runner.query(
    `update device set control_key = next_control_key, control_spki = next_control_spki, next_control_key = null,
       next_control_spki = null where id = $1 and next_control_spki = $2 returning id`,
    [device, spki],
  );
  return taken.length > 0;
}

/** Keys that sign for the device's control channel: the present one, and the next where it was not used yet. */
export async function controlKeys(
  runner: SqlRunner,
  { id, controlKey }: Pick<Device, 'id' | 'controlKey'>,
): Promise<readonly Uint8Array[]> {
  const [row] = await runner.query<{ next_control_key: Uint8Array | null }>(
    'select next_control_key from device where id = $1',
    [id],
  );
  const next = row?.next_control_key ?? null;
  return [controlKey, next === null ? null : new Uint8Array(next)].filter((key) => key !== null);
}
