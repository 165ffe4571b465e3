import { ENTITIES, ENTITY_ORDER, type Entity } from '../../shared/domain/model';
import { bucketOf, FAN_OUT } from '../../shared/domain/sync/digest';
import { ROOT_LEVEL, type TreeNode } from '../../shared/domain/sync/sparse-tree';
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

/** Children of nodes of one level (1 to 8), in the order asked, ascending within each. */
export async function readChildren(
  runner: SqlRunner,
  slice: number,
  entity: Entity,
  level: number,
  indexes: readonly number[],
): Promise<readonly (readonly TreeNode[])[]> {
  const rows = await runner.query<{ idx: number; hash: Uint8Array }>(
    `select n.idx, n.hash from unnest($4::bigint[]) asked(idx)
     join digest_node n on n.slice = $1 and n.entity = $2 and n.level = $3
       and n.idx >= asked.idx * ${FAN_OUT} and n.idx < (asked.idx + 1) * ${FAN_OUT} order by n.idx`,
    [slice, ENTITIES[entity].code, level - 1, indexes],
  );
  const found = new Map<number, TreeNode[]>(indexes.map((index) => [index, []]));
  for (const { idx, hash } of rows)
    found.get(Math.floor(idx / FAN_OUT))?.push({ index: idx, hash: new Uint8Array(hash) });
  return indexes.map((index) => found.get(index) ?? []);
}
