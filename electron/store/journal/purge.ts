import type { ReadableDb, WritableDb } from '../database';
import type { PurgeCounts, PurgeCuts, RetentionCalls } from '../retention-calls';
import { raw, type Sql, sql } from '../sql/tag';
import { intOf, textOf } from '../sql/values';
import { appendAudit } from './audit';
import { countVisits, purgeVisits } from './purge-visits';
import { markResidue } from './residue';

const ROWS_PER_STEP = 500;
/** So many young entries in a row are the present, not a clock that stood wrong for an hour. */
const KEPT_IN_A_ROW = 1_000;
/** Facts: how far the audit log has been purged, and what the running purge took away. */
const SEQ_FACT = 'retention.seq';
const COUNTS_FACT = 'retention.counts';
/** What is remembered of a purge of one chain of entries. */
export const PURGE_FACTS: readonly string[] = [SEQ_FACT, COUNTS_FACT];
/** Fact: what the last purge took away, with its cuts and when it ended. */
const REMOVED_FACT = 'retention.removed';
const LOOK_UPS: readonly string[] = ['query', 'view', 'view-person', 'view-company', 'suggest'];

type Input = RetentionCalls['retentionPurge'][0];

const NOTHING: PurgeCounts = { lookUps: 0, payloads: 0, batches: 0, reports: 0, visits: 0 };

/** One step, all or nothing; where it stopped is a fact of the same transaction, so a killed purge goes on there. */
export function purgeStep(
  db: WritableDb,
  device: string,
  input: Input,
): RetentionCalls['retentionPurge'][1] {
  return db.transaction(() => {
    const before = fact(db, COUNTS_FACT);
    const sum = before === undefined ? NOTHING : { ...NOTHING, ...(JSON.parse(before) as object) };
    const step = {
      lookUps: purgeQueries(db, input.lookUpsBeforeMs),
      payloads: purgePayloads(db, input.lookUpsBeforeMs),
      batches: purgeBatches(db, input.batchesBeforeMs),
      reports: purgeReports(db, input.batchesBeforeMs),
    };
    const isRestDone =
      step.lookUps === 0 && step.payloads.isDone && step.batches === 0 && step.reports === 0;
    // Looked for once, at the end, not in each of thousands of steps.
    const visits = isRestDone ? purgeVisits(db, input.batchesBeforeMs) : 0;
    const counts = {
      lookUps: sum.lookUps + step.lookUps,
      payloads: sum.payloads + step.payloads.purged,
      batches: sum.batches + step.batches,
      reports: sum.reports + step.reports,
      visits: sum.visits + visits,
    };
    const isDone = isRestDone && visits === 0;
    setFact(db, COUNTS_FACT, JSON.stringify(isDone ? NOTHING : counts));
    const { actor, lookUpsBeforeMs, batchesBeforeMs } = input;
    const payload = { ...counts, lookUpsBeforeMs, batchesBeforeMs };
    if (isDone) setFact(db, REMOVED_FACT, JSON.stringify({ ...payload, actor, atMs: Date.now() }));
    if (isDone && Object.values(counts).some((taken) => taken > 0)) {
      appendAudit(db, device, { kind: 'retention', actor, payload }, Date.now());
      markResidue(db);
    }
    return { ...counts, isDone };
  });
}

interface OldEntry {
  readonly seq: number;
  /** A look-up whose content is still there. */
  readonly isDue: boolean;
  /** Nothing before it is kept: the next walk may begin behind it. */
  readonly isOfPrefix: boolean;
}

/**
 * Entries of the audit log older than a time, from where the last purge stopped. An entry that is kept ends the walk only
 * with many others behind it: a clock that once stood years ahead must not keep what lies behind its entries for ever.
 */
function* oldEntries(db: ReadableDb, beforeMs: number): Generator<OldEntry> {
  let from = Number(fact(db, SEQ_FACT) ?? 0);
  let isOfPrefix = true;
  let keptInARow = 0;
  for (;;) {
    const rows = db.all(
      sql`select seq, atMs, kind, payload is not null from audit where seq > ${from} order by seq limit ${ROWS_PER_STEP}`,
    );
    for (const [seq, atMs, kind, hasContent] of rows) {
      from = intOf(seq);
      if (intOf(atMs) >= beforeMs) {
        isOfPrefix = false;
        if (++keptInARow >= KEPT_IN_A_ROW) return;
        continue;
      }
      keptInARow = 0;
      const isDue = intOf(hasContent) === 1 && LOOK_UPS.includes(textOf(kind));
      yield { seq: from, isDue, isOfPrefix };
    }
    if (rows.length < ROWS_PER_STEP) return;
  }
}

/** What a purge would take. */
export function purgePreview(db: ReadableDb, cuts: PurgeCuts): PurgeCounts {
  const { lookUpsBeforeMs, batchesBeforeMs } = cuts;
  let payloads = 0;
  for (const { isDue } of oldEntries(db, lookUpsBeforeMs)) if (isDue) payloads++;
  return {
    lookUps: count(
      db,
      sql`select count(*) from query_log indexed by query_log_at where atMs < ${lookUpsBeforeMs}`,
    ),
    payloads,
    // As they are counted when they go: every row, and every batch itself.
    batches:
      count(
        db,
        sql`select count(*) from batch_row where batch in (select id from batch where atMs < ${batchesBeforeMs})`,
      ) + count(db, sql`select count(*) from batch where atMs < ${batchesBeforeMs}`),
    reports: count(
      db,
      sql`select count(*) from work_item where dseq in (${ENDED_REPORTS_BEFORE} ${batchesBeforeMs})`,
    ),
    visits: countVisits(db, batchesBeforeMs),
  };
}

function purgeQueries(db: WritableDb, beforeMs: number): number {
  return db.run(
    sql`delete from query_log where id in (select id from query_log where atMs < ${beforeMs} limit ${ROWS_PER_STEP})`,
  );
}

function purgePayloads(
  db: WritableDb,
  beforeMs: number,
): { readonly purged: number; readonly isDone: boolean } {
  let walked = 0;
  let purged = 0;
  let last = 0;
  for (const { seq, isDue, isOfPrefix } of oldEntries(db, beforeMs)) {
    if (isOfPrefix) last = seq;
    if (isDue)
      purged += db.run(sql`update audit set payload = null, salt = null where seq = ${seq}`);
    walked += isOfPrefix || isDue ? 1 : 0;
    if (walked >= ROWS_PER_STEP) break;
  }
  if (last !== 0) setFact(db, SEQ_FACT, String(last));
  return { purged, isDone: walked === 0 };
}

/**
 * Work items that are settled for good: dismissed, accepted by the centre, or sent anew and taken. What still waits for a
 * person or for the centre stays, however old.
 */
const ENDED_REPORTS_BEFORE = raw(
  `select w.dseq from work_item w left join outbox o on o.dseq = w.successor
    where (w.state in ('dismissed', 'accepted') or (w.state = 'resent' and o.verdict in ('applied', 'duplicate')))
      and w.settledMs <`,
);

/** The command itself stays in the outbox, sealed, with its verdict: the chain of commands has no gap. */
function purgeReports(db: WritableDb, beforeMs: number): number {
  return db.run(
    sql`delete from work_item where dseq in (${ENDED_REPORTS_BEFORE} ${beforeMs} limit ${ROWS_PER_STEP})`,
  );
}

function purgeBatches(db: WritableDb, beforeMs: number): number {
  const [row] = db.all(sql`select id from batch where atMs < ${beforeMs} limit 1`);
  if (row === undefined) return 0;
  const id = textOf(row[0]);
  const gone = db.run(
    sql`delete from batch_row where batch = ${id} and row in (select row from batch_row where batch = ${id} limit ${ROWS_PER_STEP})`,
  );
  return gone > 0 ? gone : db.run(sql`delete from batch where id = ${id}`);
}

function count(db: ReadableDb, query: Sql): number {
  return intOf(db.value(query));
}

function fact(db: ReadableDb, name: string): string | undefined {
  const value = db.value(sql`select value from fact where name = ${name}`);
  return value === undefined ? undefined : textOf(value);
}

function setFact(db: WritableDb, name: string, value: string): void {
  db.run(sql`insert or replace into fact values (${name}, ${value})`);
}
