import { ENTITY_ORDER, type Entity } from '../../shared/domain/model';
import { refreshDigest } from '../store/digest-nodes';
import { insertRows, type StoredRow, type Values } from '../store/rows';
import { addCounts, takeChangeNumbers } from '../store/slices';
import type { SqlClient } from '../store/sql-client';
import type { LeafOf } from './leaves';
import { findingsOf, type RowFinding, RowsRefused } from './validate';

/** A row that is new to the slice; its id is reserved for it. */
export interface NewRow {
  readonly id: number;
  readonly values: Values;
  readonly secret?: Values;
}
export type RowBatch = { readonly [E in Entity]?: readonly NewRow[] };

const NOTHING: Values = {};

/**
 * Adds new rows in one transaction: rows, change feed, digest, counts. Returns what was warned about.
 * Throws RowsRefused, with nothing written, when any row is not fit.
 */
export async function appendRows(
  client: SqlClient,
  slice: number,
  leafOf: LeafOf,
  batch: RowBatch,
): Promise<readonly RowFinding[]> {
  const findings: RowFinding[] = [];
  let total = 0;
  const leaves = new Map<Entity, readonly Uint8Array[]>();
  for (const entity of ENTITY_ORDER) {
    const rows = batch[entity] ?? [];
    total += rows.length;
    for (const { values, secret = NOTHING } of rows)
      findings.push(...findingsOf(entity, values, secret));
    if (findings.some(({ weight }) => weight === 'refused')) throw new RowsRefused(findings);
    leaves.set(
      entity,
      rows.map(({ id, values, secret = NOTHING }) => leafOf(entity, id, 1, values, secret)),
    );
  }
  if (total === 0) return findings;
  await client.transaction(async (runner) => {
    let rseq = await takeChangeNumbers(runner, slice, total);
    const added: Partial<Record<Entity, number>> = {};
    for (const entity of ENTITY_ORDER) {
      const rows = batch[entity] ?? [];
      if (rows.length === 0) continue;
      added[entity] = rows.length;
      const stored = rows.map(({ id, values, secret = NOTHING }, i): StoredRow => {
        const at = rseq++;
        return {
          id,
          rev: 1,
          rseq: at,
          born: at,
          leaf: leaves.get(entity)?.[i] as Uint8Array,
          values,
          secret,
        };
      });
      await insertRows(runner, entity, slice, stored);
      await refreshDigest(
        runner,
        slice,
        entity,
        rows.map(({ id }) => id),
      );
    }
    await addCounts(runner, slice, added);
  });
  return findings;
}
