import type { Role } from '../../shared/domain/model';
import type { SqlRow, SqlRunner } from './sql-client';

export interface Office {
  readonly code: string;
  readonly name: string;
  readonly slice: number;
  readonly isPractice: boolean;
  /** Each keyslot of the office must be opened with a U-Key too. */
  readonly asksToken: boolean;
  /** Code of the region whose offices it is the superior of; absent for offices that are nobody's. */
  readonly jurisdiction?: string | undefined;
}
export interface OfficeUser {
  readonly userId: string;
  readonly badge: string;
  readonly name: string;
  readonly role: Role;
}

export async function saveOffice(
  runner: SqlRunner,
  { code, name, slice, isPractice, asksToken, jurisdiction }: Office,
): Promise<void> {
  await runner.query(
    `insert into office (code, name, slice, is_practice, asks_token, jurisdiction) values ($1, $2, $3, $4, $5, $6)
     on conflict (code) do update set name = excluded.name, is_practice = excluded.is_practice,
       asks_token = excluded.asks_token, jurisdiction = coalesce(excluded.jurisdiction, office.jurisdiction)`,
    [code, name, slice, isPractice, asksToken, jurisdiction ?? null],
  );
}

export async function saveUser(
  runner: SqlRunner,
  office: string,
  { userId, badge, name, role }: OfficeUser,
): Promise<void> {
  await runner.query(
    `insert into office_user (office, user_id, badge, name, role) values ($1, $2, $3, $4, $5)
     on conflict (office, user_id) do update set badge = excluded.badge, name = excluded.name, role = excluded.role`,
    [office, userId, badge, name, role],
  );
}

/** An office's row in the database. */
export interface OfficeRow {
  readonly code: string;
  readonly name: string;
  readonly slice: number;
  readonly is_practice: boolean;
  readonly asks_token: boolean;
  readonly jurisdiction: string | null;
}

export function officeOf(row: OfficeRow): Office {
  return {
    code: row.code,
    name: row.name,
    slice: row.slice,
    isPractice: row.is_practice,
    asksToken: row.asks_token,
    ...(row.jurisdiction === null ? {} : { jurisdiction: row.jurisdiction }),
  };
}

export async function findOffice(runner: SqlRunner, code: string): Promise<Office | undefined> {
  const [row] = await runner.query<OfficeRow & SqlRow>(
    'select code, name, slice, is_practice, asks_token, jurisdiction from office where code = $1',
    [code],
  );
  return row && officeOf(row);
}

export async function usersOf(runner: SqlRunner, office: string): Promise<readonly OfficeUser[]> {
  const rows = await runner.query<{ user_id: string; badge: string; name: string; role: Role }>(
    'select user_id, badge, name, role from office_user where office = $1 order by badge',
    [office],
  );
  return rows.map(({ user_id: userId, badge, name, role }) => ({ userId, badge, name, role }));
}
