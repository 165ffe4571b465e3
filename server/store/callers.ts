import { type Device, type DeviceRow, deviceOf } from './devices';
import { type Office, type OfficeRow, officeOf } from './offices';
import type { SqlRow, SqlRunner } from './sql-client';

type CallerRow = SqlRow &
  DeviceRow &
  Omit<OfficeRow, 'name' | 'code'> & { readonly office_name: string };

/** A device with its office: read at every request, and so by one statement. Undefined where there is no such device. */
export async function findCaller(
  runner: SqlRunner,
  id: string,
): Promise<{ readonly device: Device; readonly office: Office } | undefined> {
  const [row] = await runner.query<CallerRow>(
    `select d.id, d.office, d.name, d.program, d.tls_spki, d.box_key, d.sign_key, d.control_key, d.serial, d.status,
       o.name as office_name, o.slice, o.is_practice, o.asks_token, o.jurisdiction
     from device d join office o on o.code = d.office where d.id = $1`,
    [id],
  );
  if (row === undefined) return undefined;
  return {
    device: deviceOf(row),
    office: officeOf({ ...row, code: row.office, name: row.office_name }),
  };
}
