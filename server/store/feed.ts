import { ENTITIES, ENTITY_ORDER, type Entity } from '../../shared/domain/model';
import type { SqlRunner } from './sql-client';
import { tableOf } from './tables';

/** The change log's mask for "send the whole row". */
export const WHOLE_ROW = -1;

/** One row or departure above a cursor. */
export interface FeedEntry {
  readonly entity: Entity;
  readonly id: number;
  readonly rseq: number;
  /** When the row came into the slice; for a departure the first time that it did, 0 where nobody noted it. */
  readonly born: number;
  /** Absent: the row is there. */
  readonly departure?: { readonly reason: number; readonly movedTo: number; readonly day: number };
}

const byCode = new Map(ENTITY_ORDER.map((entity) => [ENTITIES[entity].code, entity]));

const UNION = [
  ...ENTITY_ORDER.map(
    (entity) =>
      `(select ${ENTITIES[entity].code} as entity, id, rseq, born, 0 as reason, 0 as moved_to, 0 as day
        from ${tableOf(entity)} where slice = $1 and rseq > $2 order by rseq limit $3)`,
  ),
  `(select entity, id, rseq, born, reason, moved_to, day from departure
    where slice = $1 and rseq > $2 and not is_back order by rseq limit $3)`,
].join(' union all ');

/** The next entries after a change number, in the order of their last change. */
export async function readFeed(
  runner: SqlRunner,
  slice: number,
  after: number,
  limit: number,
): Promise<readonly FeedEntry[]> {
  const rows = await runner.query<{
    entity: number;
    id: number;
    rseq: number;
    born: number;
    reason: number;
    moved_to: number;
    day: number;
  }>(`select * from (${UNION}) feed order by rseq limit $3`, [slice, after, limit]);
  return rows.flatMap(({ entity: code, id, rseq, born, reason, moved_to: movedTo, day }) => {
    const entity = byCode.get(code);
    if (entity === undefined) return [];
    return reason === 0
      ? [{ entity, id, rseq, born }]
      : [{ entity, id, rseq, born, departure: { reason, movedTo, day } }];
  });
}

/** What updates of a row since a change number come to. */
export interface NetUpdate {
  readonly firstRseq: number;
  /** Revision before the first of them. */
  readonly baseRev: number;
  /** Bits of the changed public columns; WHOLE_ROW when one was more than that. */
  readonly mask: number;
}

/** Net updates by id. */
export async function readUpdates(
  runner: SqlRunner,
  slice: number,
  entity: Entity,
  after: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, NetUpdate>> {
  if (ids.length === 0) return new Map();
  const rows = await runner.query<{
    id: number;
    first_rseq: number;
    first_rev: number;
    mask: number;
  }>(
    `select id, min(rseq)::bigint as first_rseq, min(rev) as first_rev, bit_or(mask) as mask
     from change_log where slice = $1 and entity = $2 and id = any($3::bigint[]) and rseq > $4 group by id`,
    [slice, ENTITIES[entity].code, ids, after],
  );
  return new Map(
    rows.map(({ id, first_rseq: firstRseq, first_rev: rev, mask }) => [
      id,
      { firstRseq, baseRev: rev - 1, mask },
    ]),
  );
}

export interface LoggedUpdate {
  readonly entity: Entity;
  readonly id: number;
  readonly rseq: number;
  /** Revision that the update made. */
  readonly rev: number;
  readonly mask: number;
}

export async function logUpdate(
  runner: SqlRunner,
  slice: number,
  { entity, id, rseq, rev, mask }: LoggedUpdate,
): Promise<void> {
  await runner.query(
    'insert into change_log (slice, entity, id, rseq, rev, mask) values ($1, $2, $3, $4, $5, $6)',
    [slice, ENTITIES[entity].code, id, rseq, rev, mask],
  );
}

/** Writes down that a row has left, and forgets its updates. */
export async function logDeparture(
  runner: SqlRunner,
  slice: number,
  entry: Required<FeedEntry>,
): Promise<void> {
  const { entity, id, rseq, born, departure } = entry;
  const code = ENTITIES[entity].code;
  await runner.query('delete from change_log where slice = $1 and entity = $2 and id = $3', [
    slice,
    code,
    id,
  ]);
  await runner.query(
    `insert into departure (slice, entity, id, rseq, born, reason, moved_to, day) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (slice, entity, id) do update set rseq = excluded.rseq, born = least(departure.born, excluded.born),
       reason = excluded.reason, moved_to = excluded.moved_to, day = excluded.day, is_back = false`,
    [slice, code, id, rseq, born, departure.reason, departure.movedTo, departure.day],
  );
}

/** Departures of rows that are not in the slice, ascending by id. */
export async function readDepartures(
  runner: SqlRunner,
  slice: number,
  entity: Entity,
  ids: readonly number[],
): Promise<readonly FeedEntry[]> {
  const rows = await runner.query<{
    id: number;
    rseq: number;
    reason: number;
    moved_to: number;
    day: number;
  }>(
    'select id, rseq, reason, moved_to, day from departure where slice = $1 and entity = $2 and id = any($3::bigint[]) and not is_back order by id',
    [slice, ENTITIES[entity].code, ids],
  );
  return rows.map(({ id, rseq, reason, moved_to: movedTo, day }) => ({
    entity,
    id,
    rseq,
    born: 0,
    departure: { reason, movedTo, day },
  }));
}

/** A row that had left is back: its departure no longer holds, but tells when it first came. */
export async function noteReturn(
  runner: SqlRunner,
  slice: number,
  entity: Entity,
  id: number,
): Promise<void> {
  await runner.query(
    'update departure set is_back = true where slice = $1 and entity = $2 and id = $3',
    [slice, ENTITIES[entity].code, id],
  );
}
