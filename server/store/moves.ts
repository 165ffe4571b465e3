import { ENTITIES, EXIT_REASONS } from '../../shared/domain/model';
import { MAX_MOVES, type Move } from '../../shared/protocol/moves';
import type { SqlRunner } from './sql-client';

/** Certificates that moved to another region and are not back, ascending by id. */
export async function readMoves(runner: SqlRunner, slice: number): Promise<Move[]> {
  const rows = await runner.query<{ id: number; moved_to: number; day: number }>(
    `select id, moved_to, day from departure
     where slice = $1 and entity = $2 and reason = $3 and moved_to > 0 and not is_back order by id limit $4`,
    [slice, ENTITIES.certificate.code, EXIT_REASONS.moved, MAX_MOVES],
  );
  return rows.map(({ id, moved_to: to, day }) => [Number(id), to, day]);
}
