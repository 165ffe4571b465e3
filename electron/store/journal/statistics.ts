import { judgeRelease, type Verdict } from '../../../shared/domain/statistics/budget';
import { FIRST_LEDGER } from '../../../shared/protocol/statistics';
import type { ReadableDb, WritableDb } from '../database';
import { sql } from '../sql/tag';
import { intOf, textOf, textOrNull } from '../sql/values';
import type { StatisticsCalls, StatisticsCharge } from '../statistics-calls';
import { appendAudit } from './audit';

/*
 * One fact a release, written with its audit entry: the journal has one writer, so no two of them can take the same part
 * of a share. Facts of a ledger before a restore stay: what was paid for is free for ever.
 */
const PREFIX = 'statistics-release.';
const END = 'statistics-release/';
/** Fact: how far the log was searched for what begins a new ledger, and what was found. */
const LEDGER_FACT = 'statistics-ledger';

interface Searched {
  readonly seq: number;
  /** Of that entry: another one there means another log. */
  readonly hash: string;
  readonly ledger: string;
}

/**
 * Names the ledger that this journal keeps: by the last entry that says that the journal was restored or begun anew. Such
 * a journal may lack releases, so that the share of the ledger before is not its own. The file of the journal, when it was
 * kept while the slice alone was restored, lacks none.
 */
export function ledgerOf(db: WritableDb): string {
  const known = searchedOf(db);
  const from = known?.seq ?? 0;
  const found = textOrNull(
    db.value(
      sql`select hash from audit where seq > ${from} and (kind = 'journal-renewed'
          or (kind = 'restore' and coalesce(json_extract(payload, '$.keptJournal'), 0) = 0)) order by seq desc limit 1`,
    ),
  );
  const ledger = found ?? known?.ledger ?? FIRST_LEDGER;
  const end = db.get(sql`select seq, hash from audit order by seq desc limit 1`);
  const seq = end === undefined ? 0 : intOf(end[0]);
  // A longer log is not searched from its beginning each time.
  if (end !== undefined && (found !== null || seq - from > 1_000)) {
    const value = JSON.stringify({ seq, hash: textOf(end[1]), ledger } satisfies Searched);
    db.run(sql`insert or replace into fact values (${LEDGER_FACT}, ${value})`);
  }
  return ledger;
}

function searchedOf(db: ReadableDb): Searched | undefined {
  const text = textOrNull(db.value(sql`select value from fact where name = ${LEDGER_FACT}`));
  if (text === null) return undefined;
  const known = JSON.parse(text) as Searched;
  const hash = textOrNull(db.value(sql`select hash from audit where seq = ${known.seq}`));
  return hash === known.hash ? known : undefined;
}

function chargesOf(db: ReadableDb): readonly StatisticsCharge[] {
  return db
    .all(sql`select value from fact where name >= ${PREFIX} and name < ${END}`)
    .map(([value]) => JSON.parse(textOf(value ?? null)) as StatisticsCharge)
    .sort((a, b) => b.atMs - a.atMs);
}

/** Which ledger this is, and every release that was paid for. */
export function readLedger(db: WritableDb): StatisticsCalls['statisticsLedger'][1] {
  return { ledger: ledgerOf(db), charges: chargesOf(db) };
}

/** Pays for a release, or refuses it. A release that was paid for is free, and its going out again is in the log too. */
export function chargeRelease(
  db: WritableDb,
  deviceId: string,
  { charge, grant, audit, isAsked }: StatisticsCalls['statisticsCharge'][0],
): StatisticsCalls['statisticsCharge'][1] {
  return db.transaction(() => {
    const ledger = ledgerOf(db);
    const verdict = verdictOf(chargesOf(db), ledger, charge, grant);
    if (isAsked || (verdict !== 'free' && verdict !== 'charged')) return { verdict };
    if (verdict === 'charged') {
      const value = JSON.stringify({ ...charge, ledger } satisfies StatisticsCharge);
      const { numerator, denominator } = charge.epsilon;
      const name = `${PREFIX}${charge.key}.${numerator}.${denominator}`;
      db.run(sql`insert into fact values (${name}, ${value})`);
    }
    appendAudit(db, deviceId, audit, Date.now());
    return { verdict };
  });
}

function verdictOf(
  charges: readonly StatisticsCharge[],
  ledger: string,
  charge: StatisticsCalls['statisticsCharge'][0]['charge'],
  { share, ...grant }: StatisticsCalls['statisticsCharge'][0]['grant'],
): StatisticsCalls['statisticsCharge'][1]['verdict'] {
  const free: Verdict = judgeRelease(charges, charge, charge.epsilon);
  if (free.kind === 'free') return 'free';
  const own = charges.filter((one) => one.ledger === ledger);
  if (own.some(({ year }) => year > charge.year)) return 'clock';
  if (share === null || grant.ledger !== ledger || grant.year !== charge.year) return 'no-share';
  return judgeRelease(own, charge, share).kind;
}
