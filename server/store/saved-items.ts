import type { SqlRunner } from './sql-client';

/** Whose items. */
interface Owner {
  readonly office: string;
  readonly userId: string;
}

/** A saved item as it rests: `content` is wrapped. */
export interface RestingItem {
  readonly item: string;
  readonly rank: number;
  readonly content: Uint8Array;
}

/** Keeps an item's newest state with the next rank of its user, under whose row the ranks follow commits. */
export async function keepSavedItem(
  runner: SqlRunner,
  { office, userId }: Owner,
  item: string,
  content: Uint8Array,
  isDeleted: boolean,
): Promise<void> {
  const [row] = await runner.query<{ head: number }>(
    `insert into saved_head (office, user_id, head) values ($1, $2, 1)
     on conflict (office, user_id) do update set head = saved_head.head + 1 returning head`,
    [office, userId],
  );
  await runner.query(
    `insert into saved_item (office, user_id, item, rank, is_deleted, content) values ($1, $2, $3, $4, $5, $6)
     on conflict (office, user_id, item) do update set rank = excluded.rank, is_deleted = excluded.is_deleted,
       content = excluded.content`,
    [office, userId, item, row?.head ?? 1, isDeleted, content],
  );
}

/** The newest rank of a user; 0 for none. */
export async function savedHead(runner: SqlRunner, { office, userId }: Owner): Promise<number> {
  const [row] = await runner.query<{ head: number }>(
    'select head from saved_head where office = $1 and user_id = $2',
    [office, userId],
  );
  return row?.head ?? 0;
}

/** How many items a user has beside one, deleted ones left out. */
export async function countOthers(
  runner: SqlRunner,
  { office, userId }: Owner,
  item: string,
): Promise<number> {
  const [row] = await runner.query<{ others: number }>(
    'select count(*)::int as others from saved_item where office = $1 and user_id = $2 and item <> $3 and not is_deleted',
    [office, userId, item],
  );
  return row?.others ?? 0;
}

/** What changed of a user's items after a rank, in order. */
export async function savedItemsAfter(
  runner: SqlRunner,
  { office, userId }: Owner,
  after: number,
  limit: number,
): Promise<readonly RestingItem[]> {
  const rows = await runner.query<{ item: string; rank: number; content: Uint8Array }>(
    'select item, rank, content from saved_item where office = $1 and user_id = $2 and rank > $3 order by rank limit $4',
    [office, userId, after, limit],
  );
  return rows.map(({ item, rank, content }) => ({ item, rank, content: new Uint8Array(content) }));
}
