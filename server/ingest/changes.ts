import { ENTITIES, type Entity, EXIT_REASONS, type ExitReason } from '../../shared/domain/model';
import { refreshDigest } from '../store/digest-nodes';
import { logDeparture, logUpdate, noteReturn, WHOLE_ROW } from '../store/feed';
import {
  deleteRow,
  findRow,
  insertRows,
  type StoredRow,
  updateRow,
  type Values,
} from '../store/rows';
import { addCounts, takeChangeNumbers } from '../store/slices';
import type { SqlRunner } from '../store/sql-client';
import type { LeafOf } from './leaves';
import { findingsOf, RowsRefused } from './validate';

export type Change =
  /** A whole row, new or replacing. `rev` only for a row that comes from another slice. */
  | {
      readonly op: 'put';
      readonly entity: Entity;
      readonly id: number;
      readonly values: Values;
      readonly secret?: Values;
      readonly rev?: number;
    }
  /** Some public columns of a row that is there; null takes an optional value away. */
  | { readonly op: 'patch'; readonly entity: Entity; readonly id: number; readonly fields: Values }
  /** The row leaves the slice. */
  | {
      readonly op: 'exit';
      readonly entity: Entity;
      readonly id: number;
      readonly reason: ExitReason;
      readonly day: number;
      /** Slice that it moved to. */
      readonly movedTo?: number;
    };

/** A change that names a row which is not there. */
export class RowMissing extends Error {
  constructor(entity: Entity, id: number) {
    super(`no ${entity} ${id} in the slice`);
    this.name = 'RowMissing';
  }
}

function withFields(values: Values, fields: Values): Values {
  const merged: Record<string, unknown> = { ...values };
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined) delete merged[name];
    else merged[name] = value;
  }
  return merged;
}

function maskOf(entity: Entity, fields: Values): number {
  let mask = 0;
  ENTITIES[entity].columns.forEach(({ name }, i) => {
    if (name in fields) mask |= 1 << i;
  });
  return mask;
}

function mustBeFit(entity: Entity, values: Values, secret: Values): void {
  const findings = findingsOf(entity, values, secret);
  if (findings.some(({ weight }) => weight === 'refused')) throw new RowsRefused(findings);
}

/** Applies one region's changes within a transaction of the caller. */
class ChangeWriter {
  private readonly touched = new Map<Entity, Set<number>>();
  private readonly added: Partial<Record<Entity, number>> = {};

  constructor(
    private readonly runner: SqlRunner,
    private readonly slice: number,
    private readonly leafOf: LeafOf,
    private nextRseq: number,
  ) {}

  async apply(change: Change): Promise<void> {
    const { entity, id } = change;
    const rseq = this.nextRseq++;
    const before = await findRow(this.runner, entity, this.slice, id);
    const touched = this.touched.get(entity) ?? new Set<number>();
    this.touched.set(entity, touched.add(id));
    if (change.op === 'put') await this.put(change, rseq, before);
    else if (before === undefined) throw new RowMissing(entity, id);
    else if (change.op === 'patch') await this.patch(change, rseq, before);
    else await this.exit(change, rseq, before);
  }

  /** Digest and counts of everything applied. */
  async finish(): Promise<void> {
    for (const [entity, ids] of this.touched)
      await refreshDigest(this.runner, this.slice, entity, ids);
    await addCounts(this.runner, this.slice, this.added);
  }

  private count(entity: Entity, by: number): void {
    this.added[entity] = (this.added[entity] ?? 0) + by;
  }

  private async put(
    change: Extract<Change, { op: 'put' }>,
    rseq: number,
    before: StoredRow | undefined,
  ): Promise<void> {
    const { entity, id, values, secret = {} } = change;
    mustBeFit(entity, values, secret);
    const rev = before === undefined ? (change.rev ?? 1) : before.rev + 1;
    const leaf = this.leafOf(entity, id, rev, values, secret);
    const row: StoredRow = { id, rev, rseq, born: before?.born ?? rseq, leaf, values, secret };
    if (before === undefined) {
      await insertRows(this.runner, entity, this.slice, [row]);
      await noteReturn(this.runner, this.slice, entity, id);
      this.count(entity, 1);
    } else {
      await updateRow(this.runner, entity, this.slice, row);
      await logUpdate(this.runner, this.slice, { entity, id, rseq, rev, mask: WHOLE_ROW });
    }
  }

  private async patch(
    { entity, id, fields }: Extract<Change, { op: 'patch' }>,
    rseq: number,
    before: StoredRow,
  ): Promise<void> {
    const values = withFields(before.values, fields);
    mustBeFit(entity, values, before.secret);
    const rev = before.rev + 1;
    const leaf = this.leafOf(entity, id, rev, values, before.secret);
    await updateRow(this.runner, entity, this.slice, { ...before, rev, rseq, leaf, values });
    await logUpdate(this.runner, this.slice, {
      entity,
      id,
      rseq,
      rev,
      mask: maskOf(entity, fields),
    });
  }

  private async exit(
    { entity, id, reason, day, movedTo = 0 }: Extract<Change, { op: 'exit' }>,
    rseq: number,
    { born }: StoredRow,
  ): Promise<void> {
    await deleteRow(this.runner, entity, this.slice, id);
    await logDeparture(this.runner, this.slice, {
      entity,
      id,
      rseq,
      born,
      departure: { reason: EXIT_REASONS[reason], movedTo, day },
    });
    this.count(entity, -1);
  }
}

/**
 * Applies changes to one slice, in order, within the caller's transaction. Throws RowMissing or
 * RowsRefused; the caller's transaction then rolls everything back.
 */
export async function applyChanges(
  runner: SqlRunner,
  slice: number,
  leafOf: LeafOf,
  changes: readonly Change[],
): Promise<void> {
  if (changes.length === 0) return;
  const first = await takeChangeNumbers(runner, slice, changes.length);
  const writer = new ChangeWriter(runner, slice, leafOf, first);
  for (const change of changes) await writer.apply(change);
  await writer.finish();
}
