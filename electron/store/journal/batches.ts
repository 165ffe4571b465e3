import { z } from 'zod';
import { BATCH_VERDICTS, type BatchVerdict } from '../../../shared/domain/batch/verdicts';
import { STATUSES, type Status } from '../../../shared/domain/model';
import { RETENTION } from '../../../shared/domain/policy/retention';
import { AppError } from '../../../shared/errors/app-error';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import type { BatchCalls, BatchHead, KeptRow } from '../batch-calls';
import type { ReadableDb, WritableDb } from '../database';
import { raw, sql } from '../sql/tag';
import { intOf, intOrNull, type SqlRow, textOf } from '../sql/values';
import { appendAudit } from './audit';
import { batchPlace, rowPlace } from './words/places';
import { wordsOf } from './words/words';

const CountsSchema = z.partialRecord(
  z.enum(BATCH_VERDICTS as [BatchVerdict, ...BatchVerdict[]]),
  z.number(),
);

/** The batches of a journal. Rows whose end was never told are of a run that was broken off, and go first. */
export class Batches {
  private isSwept = false;

  constructor(
    private readonly db: () => WritableDb,
    private readonly device: string,
  ) {}

  keep(input: BatchCalls['batchKeep'][0]): void {
    if (!this.isSwept) sweepBatches(this.db());
    this.isSwept = true;
    // Nobody sees them before the batch ends, which waits for the disk and with it for all that was written before.
    this.db().withoutDisk(() => keepRows(this.db(), input));
  }

  end(head: BatchHead): void {
    endBatch(this.db(), this.device, head);
  }

  list(input: BatchCalls['batchList'][0]): BatchHead[] {
    return listBatches(this.db(), input);
  }

  rows(input: BatchCalls['batchRows'][0]): BatchCalls['batchRows'][1] {
    return batchRows(this.db(), input);
  }

  statuses(input: BatchCalls['batchStatuses'][0]): BatchCalls['batchStatuses'][1] {
    return statusRows(this.db(), input);
  }

  remove(input: BatchCalls['batchRemove'][0]): BatchCalls['batchRemove'][1] {
    return removeBatch(this.db(), this.device, input);
  }
}

function sweepBatches(db: WritableDb): void {
  db.run(sql`delete from batch_row where batch not in (select id from batch)`);
}

const KEEP = 'insert into batch_row values (?, ?, ?, ?, ?)';

function keepRows(db: WritableDb, { batch, rows }: BatchCalls['batchKeep'][0]): void {
  const words = wordsOf(db);
  db.transaction(() => {
    for (const { line, verdict, certificateId, ...rest } of rows)
      db.runArray(KEEP, [
        batch,
        line,
        words.seal(JSON.stringify(rest), rowPlace(batch, line, verdict, certificateId)),
        verdict,
        certificateId,
      ]);
  });
}

function endBatch(db: WritableDb, device: string, head: BatchHead): void {
  const { id, title, userId, atMs, rows, counts } = head;
  db.transaction(() => {
    db.run(
      sql`insert into batch values (${id}, ${userId}, ${atMs}, ${wordsOf(db).seal(title, batchPlace(id, userId))}, ${rows}, ${canonicalJson(counts)}, ${atMs + RETENTION.batchesMs})`,
    );
    // Counts and no names: the list's title may name a company, its rows name persons.
    const payload = { batch: id, rows, counts };
    appendAudit(db, device, { kind: 'batch-verified', actor: userId, payload }, atMs);
  });
}

function listBatches(db: ReadableDb, { userId, limit }: BatchCalls['batchList'][0]): BatchHead[] {
  return db
    .all(
      sql`select id, title, userId, atMs, rows, summary from batch where userId = ${userId} order by atMs desc limit ${limit}`,
    )
    .map((row) => ({
      id: textOf(row[0]),
      title: wordsOf(db).openOrNull(textOf(row[1]), batchPlace(textOf(row[0]), userId)) ?? '',
      userId: textOf(row[2]),
      atMs: intOf(row[3]),
      rows: intOf(row[4]),
      counts: CountsSchema.parse(JSON.parse(textOf(row[5]))),
    }));
}

function batchRows(
  db: ReadableDb,
  { batch, userId, verdicts, lines, offset, limit }: BatchCalls['batchRows'][0],
): BatchCalls['batchRows'][1] {
  demandOwn(db, batch, userId);
  const among = wordList(verdicts ?? BATCH_VERDICTS);
  const only =
    lines === undefined ? raw('') : raw(`and row in (${lines.map(wholeText).join(',')})`);
  const rows = db.all(
    sql`select row, input, verdict, certificate from batch_row where batch = ${batch} and verdict in ${among} ${only} order by row limit ${limit} offset ${offset}`,
  );
  const total = intOf(
    db.value(
      sql`select count(*) from batch_row where batch = ${batch} and verdict in ${among} ${only}`,
    ) ?? 0,
  );
  return { rows: rows.map((row) => keptRow(db, batch, row)), total };
}

const STATUS_WORDS = Object.keys(STATUSES) as Status[];
const STATUS_ROWS = 1_000;

function statusRows(
  db: ReadableDb,
  { batch, userId, after }: BatchCalls['batchStatuses'][0],
): BatchCalls['batchStatuses'][1] {
  demandOwn(db, batch, userId);
  const rows = db.all(
    sql`select row, input, verdict, certificate from batch_row where batch = ${batch} and row > ${after} and verdict in ${wordList(STATUS_WORDS)} order by row limit ${STATUS_ROWS}`,
  );
  return {
    rows: rows
      .map((row) => keptRow(db, batch, row))
      .map(({ line, verdict, certificateId, among }) => ({
        line,
        status: verdict as Status,
        certificates: certificateId === null ? (among ?? []) : [certificateId],
      })),
  };
}

/** Nothing of it is not an empty list: it was taken back, or is somebody else's. */
function demandOwn(db: ReadableDb, batch: string, userId: string): void {
  const own = sql`select title from batch where id = ${batch} and userId = ${userId}`;
  const title = db.value(own);
  if (title === undefined) throw new AppError('BATCH_GONE');
  // The column beside it says whose it is; the sealed title holds it to that. One under a key that is not there holds nothing.
  if (wordsOf(db).open(textOf(title), batchPlace(batch, userId)) === null)
    throw new AppError('BATCH_GONE');
}

/** Words of a fixed list, never typed ones. */
function wordList(words: readonly BatchVerdict[]) {
  const known = words.filter((word) => BATCH_VERDICTS.includes(word));
  return raw(`(${known.map((word) => `'${word}'`).join(',') || "''"})`);
}

function wholeText(line: number): string {
  if (!Number.isSafeInteger(line)) throw new AppError('INTERNAL', {}, 'batch: a line');
  return String(line);
}

function removeBatch(
  db: WritableDb,
  device: string,
  { batch, userId, nowMs }: BatchCalls['batchRemove'][0],
): { readonly wasThere: boolean } {
  return db.transaction(() => {
    const gone = db.run(sql`delete from batch where id = ${batch} and userId = ${userId}`);
    if (gone === 0) {
      // Of a run that was broken off: nobody else's, for those have their head.
      db.run(
        sql`delete from batch_row where batch = ${batch} and batch not in (select id from batch)`,
      );
      return { wasThere: false };
    }
    const rows = db.run(sql`delete from batch_row where batch = ${batch}`);
    appendAudit(
      db,
      device,
      { kind: 'batch-removed', actor: userId, payload: { batch, rows } },
      nowMs,
    );
    return { wasThere: true };
  });
}

function keptRow(db: ReadableDb, batch: string, row: SqlRow): KeptRow {
  const line = intOf(row[0]);
  const verdict = textOf(row[2]) as BatchVerdict;
  const certificateId = intOrNull(row[3]);
  const place = rowPlace(batch, line, verdict, certificateId);
  const said = wordsOf(db).open(textOf(row[1]), place);
  // Who holds no key of the slice's has no lists; one whose key was lost nobody reads any more.
  if (said === null) throw new AppError('BATCH_GONE');
  const rest = JSON.parse(said) as Omit<KeptRow, 'line' | 'verdict' | 'certificateId'>;
  return { ...rest, line, verdict, certificateId };
}
