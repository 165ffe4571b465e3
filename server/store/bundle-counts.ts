import { BASE_STATUSES, ENTITY_ORDER } from '../../shared/domain/model';
import type { BundleCounts } from '../../shared/protocol/bundle';
import type { SqlRunner } from './sql-client';
import { tableOf } from './tables';

/** What changed in a slice since a change number, net: a row counts once, by what became of it. */
export async function countChanges(
  runner: SqlRunner,
  slice: number,
  from: number,
): Promise<BundleCounts> {
  let [added, changed] = [0, 0];
  for (const entity of ENTITY_ORDER) {
    const [row] = await runner.query<{ added: number; changed: number }>(
      `select count(*) filter (where born > $2)::int as added, count(*) filter (where born <= $2)::int as changed
       from ${tableOf(entity)} where slice = $1 and rseq > $2`,
      [slice, from],
    );
    added += row?.added ?? 0;
    changed += row?.changed ?? 0;
  }
  const [gone] = await runner.query<{ left: number }>(
    'select count(*)::int as "left" from departure where slice = $1 and rseq > $2',
    [slice, from],
  );
  const [revoked] = await runner.query<{ revoked: number }>(
    `select count(*)::int as revoked from ${tableOf('certificate')}
     where slice = $1 and rseq > $2 and c_base_status = $3`,
    [slice, from, BASE_STATUSES.revoked],
  );
  return { added, changed, left: gone?.left ?? 0, revoked: revoked?.revoked ?? 0 };
}
