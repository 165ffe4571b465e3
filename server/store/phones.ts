import type { SqlRunner } from './sql-client';

/** Keeps a person's phone, wrapped by the key provider. */
export async function savePhone(
  runner: SqlRunner,
  office: string,
  userId: string,
  phone: Uint8Array,
): Promise<void> {
  await runner.query(
    `insert into user_phone (office, user_id, phone) values ($1, $2, $3)
     on conflict (office, user_id) do update set phone = excluded.phone`,
    [office, userId, phone],
  );
}

/** Wrapped, as it rests; undefined where none is known. */
export async function findPhone(
  runner: SqlRunner,
  office: string,
  userId: string,
): Promise<Uint8Array | undefined> {
  const [row] = await runner.query<{ phone: Uint8Array }>(
    'select phone from user_phone where office = $1 and user_id = $2',
    [office, userId],
  );
  return row === undefined ? undefined : new Uint8Array(row.phone);
}
