import { ENTITIES, type Entity } from '../../shared/domain/model';
import type { SqlRunner } from './sql-client';

/** Ids of one block belong to one slice, so a slice's ids are mostly dense. */
export const BLOCK_IDS = 4096;

export interface IdRange {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/**
 * Reserves at least `count` ids of an entity for a slice: what is left of its block, then whole new
 * blocks. Rounds up to the block when `isWhole`. The caller holds a transaction; ids that it does not
 * use are lost.
 */
export async function reserveIds(
  runner: SqlRunner,
  slice: number,
  entity: Entity,
  count: number,
  isWhole = false,
): Promise<readonly IdRange[]> {
  const code = ENTITIES[entity].code;
  await runner.query(
    'insert into id_range (slice, entity, next_id, end_id) values ($1, $2, 0, 0) on conflict do nothing',
    [slice, code],
  );
  const [rest] = await runner.query<{ next_id: number; end_id: number }>(
    'select next_id, end_id from id_range where slice = $1 and entity = $2 for update',
    [slice, code],
  );
  const ranges: IdRange[] = [];
  let { next_id: next, end_id: end } = rest ?? { next_id: 0, end_id: 0 };
  const held = Math.min(isWhole ? end - next : count, end - next);
  if (held > 0) ranges.push({ first: next, end: next + held });
  next += held;
  const missing = count - held;
  if (missing > 0) {
    const blocks = Math.ceil(missing / BLOCK_IDS);
    const [space] = await runner.query<{ next_block: number }>(
      'update id_space set next_block = next_block + $2 where entity = $1 returning next_block',
      [code, blocks],
    );
    if (space === undefined) throw new Error(`no id space of ${entity}`);
    const first = (space.next_block - blocks) * BLOCK_IDS;
    end = space.next_block * BLOCK_IDS;
    next = isWhole ? end : first + missing;
    ranges.push({ first, end: next });
  }
  await runner.query(
    'update id_range set next_id = $3, end_id = $4 where slice = $1 and entity = $2',
    [slice, code, next, end],
  );
  return ranges;
}

/** Gives the end of the last reservation back; the slice's next rows get these ids. */
export async function returnIds(
  runner: SqlRunner,
  slice: number,
  entity: Entity,
  rest: IdRange,
): Promise<void> {
  await runner.query(
    'update id_range set next_id = $3 where slice = $1 and entity = $2 and next_id = end_id and end_id = $4',
    [slice, ENTITIES[entity].code, rest.first, rest.end],
  );
}
