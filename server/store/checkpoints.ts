import type { Entity } from '../../shared/domain/model';
import type { SqlRunner } from './sql-client';

interface KeptState {
  readonly roots: Record<Entity, string>;
  readonly root: string;
  readonly counts: Record<Entity, number>;
}

/** Keeps a state that a delta ended at, so that it can be proved later. */
export async function keepState(
  runner: SqlRunner,
  slice: number,
  epoch: string,
  rseq: number,
  state: KeptState,
): Promise<void> {
  const { roots, root, counts } = state;
  await runner.query(
    'insert into checkpoint (slice, epoch, rseq, roots, counts) values ($1, $2, $3, $4::text::jsonb, $5::text::jsonb) on conflict do nothing',
    [slice, epoch, rseq, JSON.stringify({ roots, root }), JSON.stringify(counts)],
  );
}

export async function findState(
  runner: SqlRunner,
  slice: number,
  epoch: string,
  rseq: number,
): Promise<KeptState | undefined> {
  const [row] = await runner.query<{
    roots: { roots: Record<Entity, string>; root: string };
    counts: Record<Entity, number>;
  }>('select roots, counts from checkpoint where slice = $1 and epoch = $2 and rseq = $3', [
    slice,
    epoch,
    rseq,
  ]);
  return row === undefined ? undefined : { ...row.roots, counts: row.counts };
}
