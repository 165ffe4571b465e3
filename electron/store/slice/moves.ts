import { ENTITIES, EXIT_REASONS } from '../../../shared/domain/model';
import { type Move, movesText } from '../../../shared/protocol/moves';
import { sha256Hex } from '../../crypto/one-shot-hash';
import type { ReadableDb, WritableDb } from '../database';
import { sql } from '../sql/tag';
import { intOf } from '../sql/values';

const CODE = ENTITIES.certificate.code;

/** What the slice says of where certificates went, as the server's list has it: its hash and length. */
export function readMoves(db: ReadableDb): { readonly sha256: string; readonly count: number } {
  const list = db
    .all(
      sql`select id, movedTo, day from tombstone where entity = ${CODE} and movedTo <> 0 order by id`,
    )
    .map((row): Move => [intOf(row[0]), intOf(row[1]), intOf(row[2])]);
  return { sha256: sha256Hex(Buffer.from(movesText(list), 'utf8')), count: list.length };
}

/** Puts the server's list in the place of what is there, with an entry for the log, in one transaction. */
export function putMoves(db: WritableDb, list: readonly Move[], atMs: number): void {
  db.transaction(() => {
    db.run(sql`delete from tombstone where entity = ${CODE} and movedTo <> 0`);
    for (const [id, to, day] of list)
      db.run(
        sql`insert or replace into tombstone values (${CODE}, ${id}, ${EXIT_REASONS.moved}, ${to}, ${day})`,
      );
    const payload = JSON.stringify({ moves: list.length });
    db.run(
      sql`insert or ignore into pending_audit values (${`moves:${atMs}`}, ${atMs}, 'moves-fetched', 'system', ${payload})`,
    );
  });
}
