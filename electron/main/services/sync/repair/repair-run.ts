import type { Entity } from '../../../../../shared/domain/model';
import { AppError } from '../../../../../shared/errors/app-error';
import type { Checkpoint } from '../../../../../shared/protocol/manifest';
import { MAX_REPAIR_ROWS } from '../../../../../shared/protocol/repair';
import type { RepairPage } from '../../../../store/repair-calls';
import type { StoreCaller } from '../../../clients/store-client';
import type { Ingest } from '../../../workers/ingest-client';
import type { ProgressMeter } from '../progress';
import { isBefore, type Reached } from '../reached';
import type { Remote, RemoteHead } from '../remote';
import { batched, type EntityIds, sumOf } from './batches';
import { compareRows, findBuckets } from './find-differences';
import type { Pinned, RepairLine } from './repair-line';

/** A region that changes while it is compared is compared again, so often. */
const ATTEMPTS = 6;
/** Objects of rows that are put in by one transaction: more are so many that several are kinder to the disk. */
const PAGES_A_TRANSACTION = 20;

export interface RepairParts {
  readonly store: StoreCaller;
  readonly remote: Remote;
  readonly line: RepairLine;
  readonly ingest: Ingest;
  readonly progress: ProgressMeter;
  readonly signal: AbortSignal;
  /** So many rows at most are fetched; what needs more is left (RepairTooLarge), untouched. Absent: however many. */
  readonly mostRows?: number;
}

/** A repair that would fetch more rows than it was let. */
export class RepairTooLarge extends Error {
  constructor(readonly rows: number) {
    super('repair too large');
  }
}

/** What a repair came to. */
export interface RepairOutcome {
  /** Buckets that differed, rows that were put or taken away. */
  readonly buckets: number;
  readonly rows: number;
}

/**
 * Brings the slice to the server's state by comparing set digests: only rows of buckets that differ are
 * fetched. Begins at `known`, a verified checkpoint, while the server is still there, and at its head
 * otherwise. `wanted`: rows that are to be fetched whatever their leaves say, because a sealed value of
 * theirs is not what its tag says. `reached`: the newest state that was proven on this device; the slice's own word for
 * where it stands counts where there is none. Ends proven equal to a signed checkpoint. Throws SYNC_STATE_MOVED when
 * the region does not hold still, RepairTooLarge beyond `mostRows`, SYNC_CURSOR_REFUSED on another epoch, SYNC_ROOT_MISMATCH when the
 * server's rows do not make up its own root.
 */
export async function repairSlice(
  parts: RepairParts,
  known: RemoteHead | null,
  wanted: EntityIds = [],
  reached: Reached | null = null,
): Promise<RepairOutcome> {
  const { store, remote, progress, signal } = parts;
  progress.enter('verifying', { rows: 0, bytes: 0 });
  const begun = await store.call('repairBegin', {});
  try {
    let head = known;
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      head ??= await remote.head(signal);
      const { checkpoint } = head;
      if (checkpoint.epoch !== begun.cursor.epoch) throw new AppError('SYNC_CURSOR_REFUSED');
      // An older state would bring revoked certificates back to life.
      if (isBefore(checkpoint, reached ?? { ...begun.cursor, issuedMs: 0 }))
        throw new AppError('SYNC_ROLLED_BACK', {}, 'the server is behind the slice');
      try {
        return await repairAt(parts, begun, head, wanted);
      } catch (error) {
        const isMoved = error instanceof AppError && error.code === 'SYNC_STATE_MOVED';
        if (!isMoved || attempt >= ATTEMPTS) throw error;
        head = null;
      }
    }
  } finally {
    await store.call('repairEnd', {}).catch(() => undefined);
  }
}

type Begun = Awaited<ReturnType<typeof beginOf>>;
const beginOf = (store: StoreCaller) => store.call('repairBegin', {});

async function repairAt(
  parts: RepairParts,
  begun: Begun,
  { checkpoint, envelope }: RemoteHead,
  wanted: EntityIds,
): Promise<RepairOutcome> {
  const { store, progress } = parts;
  const { epoch, rseq } = checkpoint;
  const state: Pinned = { epoch, rseq };
  const buckets = await findBuckets(parts, state, begun.entities, checkpoint);
  const found = await compareRows(parts, state, buckets);
  const differing = [...buckets.values()].reduce((sum, list) => sum + list.length, 0);
  const ids = merged([...found.fetch, ...wanted]);
  if (sumOf(ids) > (parts.mostRows ?? Number.POSITIVE_INFINITY))
    throw new RepairTooLarge(sumOf(ids));
  progress.setRows(0, sumOf(ids));
  let rows = 0;
  let done = 0;
  let pages: RepairPage[] = [];
  let { removed } = found;
  let cursor: string | null = null;
  for (const asks of batched(ids, MAX_REPAIR_ROWS)) {
    const { page, opened } = await fetchRows(parts, state, checkpoint, asks);
    cursor = opened.cursor;
    pages.push({ page, sealed: opened.sealed });
    done += sumOf(asks);
    progress.addRows(sumOf(asks));
    if (pages.length < PAGES_A_TRANSACTION || done === sumOf(ids)) continue;
    rows += (await store.call('repairApply', { pages, removed, differing, end: null })).rows;
    pages = [];
    removed = [];
  }
  if (cursor === null && rseq !== begun.cursor.rseq)
    cursor = await cursorAt(parts, state, checkpoint);
  const end = {
    checkpoint,
    signed: envelope,
    cursor: { ...begun.cursor, rseq, cursor: cursor ?? begun.cursor.cursor },
  };
  rows += (await store.call('repairApply', { pages, removed, differing, end })).rows;
  return { buckets: differing, rows };
}

/** Rows of the pinned state, checked to be of it and sealed for the store. */
async function fetchRows(
  { line, ingest, signal }: RepairParts,
  state: Pinned,
  { region, epoch, rseq }: Checkpoint,
  asks: EntityIds,
) {
  const page = await line.rows(
    state,
    asks.map(({ entity, ids }) => ({ entity, ids: [...ids] })),
    signal,
  );
  const opened = await ingest.page(page);
  const isOfState =
    opened.region === region &&
    opened.epoch === epoch &&
    opened.from === rseq &&
    opened.to === rseq &&
    !opened.hasMore;
  if (!isOfState) throw new AppError('SYNC_PROTOCOL', {}, 'rows of another state');
  return { page, opened };
}

/** The slice already is what the server has: only the cursor is missing, which every page of rows carries. */
async function cursorAt(
  parts: RepairParts,
  state: Pinned,
  checkpoint: Checkpoint,
): Promise<string> {
  const { opened } = await fetchRows(parts, state, checkpoint, [{ entity: 'company', ids: [1] }]);
  return opened.cursor;
}

/** Ids by entity, ascending and once each. */
function merged(lists: EntityIds): EntityIds {
  const all = new Map<Entity, Set<number>>();
  for (const { entity, ids } of lists) {
    const known = all.get(entity) ?? new Set<number>();
    for (const id of ids) known.add(id);
    all.set(entity, known);
  }
  return [...all].flatMap(([entity, ids]) =>
    ids.size === 0 ? [] : [{ entity, ids: [...ids].sort((a, b) => a - b) }],
  );
}
