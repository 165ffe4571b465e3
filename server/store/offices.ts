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

/** An office as an enrolment names it; what is not told is as it is, or false where the office is new. */
export type OfficeWish = Pick<Office, 'code' | 'name' | 'slice' | 'jurisdiction'> &
  Partial<Pick<Office, 'isPractice' | 'asksToken'>>;

/**
 * Makes the office where there is none of the code. One that is there stays as it is: a further device must not rename the
 * office, take its U-Keys away or put the people of another one into it. Throws RangeError that says what differs.
 */
export async function admitOffice(runner: SqlRunner, wish: OfficeWish): Promise<void> {
  const { code, name, slice, isPractice = false, asksToken = false, jurisdiction } = wish;
  const made = await runner.query(
    `insert into office (code, name, slice, is_practice, asks_token, jurisdiction) values ($1, $2, $3, $4, $5, $6)
     on conflict (code) do nothing returning code`,
    [code, name, slice, isPractice, asksToken, jurisdiction ?? null],
  );
  if (made.length > 0) return;
  const known = await findOffice(runner, code);
  if (known === undefined) throw new Error(`office ${code} is gone`);
  const differing = (['name', 'slice', 'isPractice', 'asksToken', 'jurisdiction'] as const)
    .filter((field) => wish[field] !== undefined && wish[field] !== known[field])
    .map((field) => `${WORDS[field]} is ${String(known[field] ?? 'none')}, not ${wish[field]}`);
  if (differing.length > 0)
    throw new RangeError(
      `office ${code} is here: ${differing.join('; ')}. Nothing was changed, no code was made. Another office takes a code of its own (--code); central office changes this one`,
    );
}

const WORDS = {
  name: 'its name',
  slice: 'its region',
  isPractice: 'practice',
  asksToken: 'U-Key demanded',
  jurisdiction: 'its jurisdiction',
} as const;

/** What of an office may be changed. Its code, region and whether it is for practice are for good. */
export type OfficeChange = Partial<
  Readonly<Record<'name' | 'jurisdiction', string> & Record<'asksToken', boolean>>
> & {
  /** People of it who are known, each as they are called from now on, in the role that they have from now on. */
  readonly users?: readonly Omit<OfficeUser, 'userId'>[];
};

/** Changes what is told, all of it or nothing; false where there is no such office. Throws RangeError as `changeUsers`. */
export async function changeOffice(
  runner: SqlRunner,
  code: string,
  { name, asksToken, jurisdiction, users = [] }: OfficeChange,
): Promise<boolean> {
  const changed = await runner.query(
    `update office set name = coalesce($2, name), asks_token = coalesce($3, asks_token),
       jurisdiction = coalesce($4, jurisdiction) where code = $1 returning code`,
    [code, name ?? null, asksToken ?? null, jurisdiction ?? null],
  );
  if (changed.length > 0) await changeUsers(runner, code, users);
  return changed.length > 0;
}

/**
 * Adds the people of a slip, and takes those in again whose work here had ended. One who is known stays as they are: a further device must not make a head an inspector on every device
 * of the office, nor the reverse. Throws RangeError that says what differs.
 */
export async function admitUsers(
  runner: SqlRunner,
  office: string,
  users: readonly OfficeUser[],
): Promise<void> {
  const differing: string[] = [];
  for (const user of users) {
    const { userId, badge, name, role } = user;
    const made = await runner.query(
      `insert into office_user (office, user_id, badge, name, role) values ($1, $2, $3, $4, $5)
       on conflict (office, user_id) do update set name = $4, role = $5, ended_ms = null
         where office_user.ended_ms is not null
       returning user_id`,
      [office, userId, badge, name, role],
    );
    if (made.length > 0) continue;
    const known = (await usersOf(runner, office)).find((one) => one.userId === userId);
    if (known === undefined) throw new Error(`user ${badge} is gone`);
    if (known.name !== name || known.role !== role)
      differing.push(`${badge} is ${known.name}, ${known.role}, not ${name}, ${role}`);
  }
  if (differing.length > 0)
    throw new RangeError(
      `office ${office} knows: ${differing.join('; ')}. Nothing was changed, no code was made. A code for a known person names them as they are; central office --user changes a name or a role`,
    );
}

/** Gives known people another name or role, on every device of the office. Throws RangeError for a badge that nobody there has. */
async function changeUsers(
  runner: SqlRunner,
  office: string,
  users: readonly Omit<OfficeUser, 'userId'>[],
): Promise<void> {
  for (const { badge, name, role } of users) {
    const changed = await runner.query(
      'update office_user set name = $3, role = $4 where office = $1 and badge = $2 and ended_ms is null returning user_id',
      [office, badge, name, role],
    );
    if (changed.length === 0) throw new RangeError(`nobody of badge ${badge} in office ${office}`);
  }
}

/**
 * Somebody is of the office no more: no device gets their role from now on, and the next contact of each locks their session.
 * False where nobody of the badge is there.
 */
export async function endUser(
  runner: SqlRunner,
  office: string,
  badge: string,
  nowMs: number,
): Promise<boolean> {
  const ended = await runner.query(
    'update office_user set ended_ms = $3 where office = $1 and badge = $2 and ended_ms is null returning user_id',
    [office, badge, nowMs],
  );
  return ended.length > 0;
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
    'select user_id, badge, name, role from office_user where office = $1 and ended_ms is null order by badge',
    [office],
  );
  return rows.map(({ user_id: userId, badge, name, role }) => ({ userId, badge, name, role }));
}
