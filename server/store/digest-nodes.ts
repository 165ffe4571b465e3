import { ENTITIES, ENTITY_ORDER, type Entity } from '../../shared/domain/model';
import { bucketOf } from '../../shared/domain/sync/digest';
import { ROOT_LEVEL } from '../../shared/domain/sync/sparse-tree';
import type { SqlRunner } from './sql-client';
import { tableOf } from './tables';

/** Recomputes the buckets of changed ids and every node above them, in the engine. */
export async function refreshDigest(
  runner: SqlRunner,
  slice: number,
  entity: Entity,
  ids: Iterable<number>,
): Promise<void> {
  const buckets = new Set<number>();
  for (const id of ids) buckets.add(bucketOf(id));
  if (buckets.size === 0) return;
  await runner.query('select digest_refresh($1, $2, $3::smallint, $4::bigint[])', [
    tableOf(entity),
    slice,
    ENTITIES[entity].code,
    [...buckets],
  ]);
}

/** Root hash by entity; entities without rows are absent. */
export async function readRoots(
  runner: SqlRunner,
  slice: number,
): Promise<Partial<Record<Entity, Uint8Array>>> {
  const rows = await runner.query<{ entity: number; hash: Uint8Array }>(
    'select entity, hash from digest_node where slice = $1 and level = $2 and idx = 0',
    [slice, ROOT_LEVEL],
  );
  const roots: Partial<Record<Entity, Uint8Array>> = {};
  for (const { entity: code, hash } of rows) {
    const entity = ENTITY_ORDER.find((name) => ENTITIES[name].code === code);
    if (entity !== undefined) roots[entity] = new Uint8Array(hash);
  }
  return roots;
}
