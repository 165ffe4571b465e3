import { ENTITY_ORDER, type Entity } from '../../../shared/domain/model';
import { wholeUpTo } from '../../../shared/domain/sync/whole-up-to';
import { AppError } from '../../../shared/errors/app-error';
import { PagePublicSchema } from '../../../shared/protocol/delta';
import type { Checkpoint } from '../../../shared/protocol/manifest';
import type { PageHeader } from '../../../shared/protocol/segment';
import { standForPress } from '../../platform/press-pass';
import type { WritableDb } from '../database';
import type { SealedColumns, SyncCursor } from '../protocol';
import { sql } from '../sql/tag';
import { intOf, textOf } from '../sql/values';
import { noteDiffering } from './compare-at-rest';
import { damaged } from './decode-block';
import { rootOver, type SliceDigest } from './digest';
import type { LiveNames } from './names';
import { PageRows, type Touched } from './page-rows';
import {
  FACTS,
  isLateComplete,
  provableEntities,
  readCheckpoint,
  readCursor,
  writeFact,
} from './state';

export interface PageResult {
  readonly rows: number;
  readonly isEqual: boolean | null;
  readonly cursor: SyncCursor;
  readonly touched: Touched;
}

export interface PageInput {
  readonly header: PageHeader;
  readonly content: unknown;
  readonly sealed: Readonly<Partial<Record<Entity, SealedColumns>>>;
  readonly checkpoint: Checkpoint | null;
  /** The envelope that signs it, kept with it as it came. */
  readonly signed?: unknown;
}

function checkPlace(db: WritableDb, header: PageHeader): SyncCursor {
  const cursor = readCursor(db);
  if (cursor === null) throw new AppError('SLICE_EMPTY');
  if (header.epoch !== cursor.epoch || header.region !== cursor.region)
    throw new AppError('SYNC_PROTOCOL', {}, 'page of another epoch or region');
  const { since } = header;
  const continues =
    since === undefined
      ? header.to <= cursor.rseq || header.from === cursor.rseq
      : since <= wholeUpTo(cursor, readCheckpoint(db)) && header.from <= cursor.rseq;
  if (!continues) throw new AppError('SYNC_PROTOCOL', {}, 'page does not continue the cursor');
  return cursor;
}

/** Nothing in the page is news. A part of a tier is only where the slice is whole that far. */
function isBehind(db: WritableDb, { since, from, to }: PageHeader, before: SyncCursor): boolean {
  if (since !== undefined) return to <= wholeUpTo(before, readCheckpoint(db));
  return to < before.rseq || (to === before.rseq && from < to);
}

/**
 * Applies one page: rows, names, digest, cursor and its audit row in one transaction. With a
 * checkpoint the resulting roots must equal it, or everything is rolled back with SYNC_ROOT_MISMATCH; that rows
 * differ is kept then, whatever becomes of the repair that should follow. A page that is behind the cursor changes nothing.
 */
export function applyPage(
  db: WritableDb,
  names: LiveNames,
  digest: SliceDigest,
  input: PageInput,
): PageResult {
  const { header, checkpoint } = input;
  const parsed = PagePublicSchema.safeParse(input.content);
  if (!parsed.success) throw damaged('', `page: ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
  const { changes } = parsed.data;
  try {
    return db.transaction(() => {
      const before = checkPlace(db, header);
      const none: Touched = { certificates: [], companies: [], names: [] };
      if (isBehind(db, header, before))
        return { rows: 0, isEqual: null, cursor: before, touched: none };
      const work = new PageRows(db, names);
      for (const entity of ENTITY_ORDER)
        if (changes[entity]?.exit !== undefined) work.exit(entity, changes[entity].exit);
      for (const entity of ENTITY_ORDER)
        if (changes[entity]?.put !== undefined)
          work.put(entity, changes[entity].put, input.sealed[entity] ?? null);
      for (const entity of ENTITY_ORDER)
        for (const group of changes[entity]?.patch ?? [])
          work.patch(entity, group, header.since !== undefined);
      const touched = work.finish(digest);
      // A tier's parts begin where the slice was whole; the rest of an earlier delta may reach further.
      const cursor: SyncCursor =
        header.to < before.rseq
          ? before
          : {
              region: header.region,
              epoch: header.epoch,
              rseq: header.to,
              cursor: header.cursor,
            };
      writeFact(db, FACTS.cursor, cursor);
      const root = checkpoint === null ? null : compareRoots(db, digest, checkpoint, input.signed);
      const payload = {
        region: header.region,
        epoch: header.epoch,
        from: header.from,
        to: header.to,
        rows: work.rows,
        ...(root === null ? {} : { root }),
      };
      const source = `page:${header.epoch}:${header.from}:${header.to}`;
      db.run(
        sql`insert or ignore into pending_audit values (${source}, ${Date.now()}, 'page-applied', 'system', ${JSON.stringify(payload)})`,
      );
      // The commit seals a thousand pages of the file without a pause.
      standForPress();
      return {
        rows: work.rows,
        isEqual: checkpoint === null ? null : true,
        cursor,
        touched,
      };
    });
  } catch (error) {
    digest.reset();
    // The page is gone with what it brought, revocations among it: the slice must not be called proven meanwhile.
    if (error instanceof AppError && error.code === 'SYNC_ROOT_MISMATCH')
      noteDiffering(db, digest, Number(error.params.buckets ?? 1));
    throw error;
  }
}

/** The roots as they are must be the checkpoint's, which is kept then; SYNC_ROOT_MISMATCH where they are not. */
export function compareRoots(
  db: WritableDb,
  digest: SliceDigest,
  checkpoint: Checkpoint,
  signed: unknown,
): string {
  const roots = digest.roots();
  const differing = provableEntities(db).filter(
    (entity) => roots[entity] !== checkpoint.roots[entity],
  );
  const root = rootOver(roots, checkpoint.schema);
  if (differing.length > 0 || (isLateComplete(db) && root !== checkpoint.root)) {
    throw new AppError(
      'SYNC_ROOT_MISMATCH',
      { buckets: Math.max(1, differing.length) },
      `after page: ${differing.join(' ')}`,
    );
  }
  writeFact(db, FACTS.checkpoint, checkpoint);
  if (signed !== undefined) writeFact(db, FACTS.signed, signed);
  return root;
}

/** Audit rows that slice transactions left, oldest first. */
export function pendingAudit(db: WritableDb): readonly {
  readonly source: string;
  readonly atMs: number;
  readonly kind: string;
  readonly actor: string;
  readonly payload: string;
}[] {
  return db
    .all(sql`select source, atMs, kind, actor, payload from pending_audit order by atMs, source`)
    .map((row) => ({
      source: textOf(row[0]),
      atMs: intOf(row[1]),
      kind: textOf(row[2]),
      actor: textOf(row[3]),
      payload: textOf(row[4]),
    }));
}
