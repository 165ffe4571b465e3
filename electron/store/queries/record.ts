import type { z } from 'zod';
import type { MarkSubject } from '../../../shared/domain/marks/marks';
import {
  CERTIFICATE_KINDS,
  ENTITIES,
  EVENT_TYPES,
  readWord,
  SOURCES,
  wordOf,
} from '../../../shared/domain/model';
import { requiredHours } from '../../../shared/domain/policy/periods';
import { canonicalRow } from '../../../shared/domain/sync/canonical-row';
import type { CertificateRecord, recordRoutes } from '../../../shared/ipc/routes/records';
import type { ReferencePack } from '../../../shared/protocol/manifest';
import { sha256Hex } from '../../crypto/one-shot-hash';
import { isRegionIn } from '../cube/row-filter';
import type { ReadableDb } from '../database';
import { readReference } from '../slice/reference-names';
import { isLateComplete } from '../slice/state';
import { sql } from '../sql/tag';
import { intOf, intOrNull, type SqlRow, textOrNull } from '../sql/values';
import type { Desk } from './desk';
import { movedTo, readItem, readItems } from './items';

export type RecordOutput = z.output<(typeof recordRoutes)['records.certificate']['output']>;

const YEAR_DAYS = 365;
const COURSES = ['initial', 'annual', 'review'] as const;
const CHAIN_START = '0'.repeat(64);

/** Names of issuers and bodies; an unknown id shows as its number. */
export function namesOf(list: ReferencePack['issuers'] | undefined): (id: number) => string {
  const names = new Map(list?.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? String(id);
}

const EVENT_COLUMNS = ENTITIES.event.columns.map((column) => column.name);

function eventRows(db: ReadableDb, certificate: number): readonly SqlRow[] {
  return db.all(sql`select "certificate", "seq", "type", "day", "by", "document", "validTo", "reviewDue", "region", "note"
    from event where "certificate" = ${certificate} order by "seq" limit 500`);
}

/**
 * Events with their chain: h_i = SHA-256(hex h_(i−1) ‖ canonical JSON of the event's public columns),
 * h_0 = 64 zeros. Sound when the numbers run on without gap; a slice may begin after number 1.
 */
function readEvents(
  db: ReadableDb,
  certificate: number,
  issuer: (id: number) => string,
): Pick<CertificateRecord, 'events' | 'chain'> {
  let before = CHAIN_START;
  let isUnbroken = true;
  const rows = eventRows(db, certificate);
  const events = rows.map((row, i): CertificateRecord['events'][number] => {
    const fields = Object.fromEntries(EVENT_COLUMNS.map((name, c) => [name, row[c]]));
    before = sha256Hex(before + canonicalRow('event', fields));
    const seq = intOf(row[1]);
    const type = readWord(EVENT_TYPES, intOf(row[2]));
    if (i > 0 && seq !== intOf(rows[i - 1]?.[1]) + 1) isUnbroken = false;
    return {
      seq,
      type,
      day: intOf(row[3]),
      by: issuer(intOf(row[4])),
      document: textOrNull(row[5]),
      validTo: intOrNull(row[6]),
      hash: before.slice(0, 12),
    };
  });
  // A gap says nothing while events are still arriving.
  const isThere = isLateComplete(db) && events.length > 0;
  return { events, chain: !isThere ? 'incomplete' : isUnbroken ? 'verified' : 'broken' };
}

interface Extra {
  readonly holder: number;
  readonly issuer: number;
  readonly body: number | null;
  readonly firstIssue: number;
  readonly validFrom: number;
  readonly reviewDue: number | null;
  readonly reviewDone: number | null;
  readonly kind: number;
  readonly category: number | null;
  readonly industry: number;
}

function trainingOf(
  db: ReadableDb,
  extra: Extra,
  body: (id: number) => string,
): CertificateRecord['training'] {
  return db
    .all(sql`select "course", "hours", "day", "body" from training
      where "person" = ${extra.holder} and "kind" = ${extra.kind} and coalesce("category", 0) = ${extra.category ?? 0} order by "day" desc limit 200`)
    .map((row) => ({
      course: COURSES[intOf(row[0]) - 1] ?? 'annual',
      hours: intOf(row[1]),
      day: intOf(row[2]),
      body: body(intOf(row[3])),
    }));
}

/** What the rule pack asks now: before a review its hours, in the first year the initial ones, later a year's. */
function hoursOf(
  desk: Desk,
  extra: Extra,
  training: CertificateRecord['training'],
): Pick<CertificateRecord, 'hoursRequired' | 'hoursDone'> {
  const { pack, cutoffs } = desk.rules;
  const { today } = cutoffs;
  // Nobody knows what the rules of an unknown kind ask.
  const kind = wordOf(CERTIFICATE_KINDS, extra.kind);
  const isFirstYear = today < extra.firstIssue + YEAR_DAYS;
  const review =
    extra.reviewDue === null || kind === undefined
      ? undefined
      : requiredHours(pack, kind, 'review', extra.industry);
  const course = review !== undefined ? 'review' : isFirstYear ? 'initial' : 'annual';
  const since =
    review !== undefined
      ? (extra.reviewDone ?? extra.validFrom)
      : isFirstYear
        ? Number.NEGATIVE_INFINITY
        : today - YEAR_DAYS + 1;
  const hoursDone = training
    .filter((one) => one.course === course && one.day >= since && one.day <= today)
    .reduce((sum, one) => sum + one.hours, 0);
  return {
    hoursRequired:
      kind === undefined ? null : (requiredHours(pack, kind, course, extra.industry) ?? null),
    hoursDone,
  };
}

function examsOf(
  db: ReadableDb,
  extra: Extra,
  body: (id: number) => string,
): CertificateRecord['exams'] {
  return db
    .all(sql`select "day", "theory", "practice", "passed", "attempt", "body" from exam
      where "person" = ${extra.holder} and "kind" = ${extra.kind} and coalesce("category", 0) = ${extra.category ?? 0} order by "day" desc, "attempt" desc limit 200`)
    .map((row) => ({
      day: intOf(row[0]),
      theory: intOf(row[1]),
      practice: intOrNull(row[2]),
      isPassed: row[3] === 1,
      attempt: intOf(row[4]),
      body: body(intOf(row[5])),
    }));
}

function othersOf(desk: Desk, holder: number, id: number): CertificateRecord['others'] {
  const rows = desk.db.all(
    sql`select id, "region" from certificate where "holder" = ${holder} and id <> ${id} order by "validTo" desc limit 50`,
  );
  return readItems(
    desk.db,
    rows.filter((row) => isRegionIn(intOf(row[1]), desk.scopes)).map((row) => intOf(row[0])),
    desk.rules,
  );
}

/** What the centre has marked this certificate for, whatever its dates say. */
function markOf({ rules }: Desk, subject: MarkSubject): CertificateRecord['mark'] {
  const mark = rules.marks.of(subject);
  return mark === null ? null : { reason: mark.reason, sinceMs: mark.sinceMs };
}

/** One certificate with its history. Null outside the slice or the scope, with the region it moved to if known. */
export function readRecord(desk: Desk, id: number): RecordOutput {
  const { db } = desk;
  const row = db.get(sql`
    select c."holder", c."issuer", c."body", c."firstIssue", c."validFrom", c."reviewDue", c."reviewDone", c."kind", c."category", c."industry",
           c."statusReason", c."statusDay", c."source", c.rev, p."sex", p.maskedPhone, co."uscc"
    from certificate c left join person p on p.id = c."holder" left join company co on co.id = c."company" where c.id = ${id}`);
  const item = readItem(db, id, desk.rules);
  if (row === undefined || item === undefined || !isRegionIn(Number(item.region), desk.scopes)) {
    return { record: null, movedTo: movedTo(db, ENTITIES.certificate.code, id) };
  }
  const extra: Extra = {
    holder: intOf(row[0]),
    issuer: intOf(row[1]),
    body: intOrNull(row[2]),
    firstIssue: intOf(row[3]),
    validFrom: intOf(row[4]),
    reviewDue: intOrNull(row[5]),
    reviewDone: intOrNull(row[6]),
    kind: intOf(row[7]),
    category: intOrNull(row[8]),
    industry: intOf(row[9]),
  };
  const reference = readReference(db);
  const issuer = namesOf(reference?.issuers);
  const body = namesOf(reference?.bodies);
  const training = trainingOf(db, extra, body);
  const record: CertificateRecord = {
    item,
    sex: row[14] === 2 ? 'female' : 'male',
    maskedPhone: textOrNull(row[15]),
    uscc: textOrNull(row[16]),
    issuer: issuer(extra.issuer),
    body: extra.body === null ? null : body(extra.body),
    firstIssue: extra.firstIssue,
    reviewDone: extra.reviewDone,
    statusReason: textOrNull(row[10]),
    statusDay: intOrNull(row[11]),
    source: wordOf(SOURCES, intOf(row[12])) ?? 'provincial-system',
    rev: intOf(row[13]),
    mark: markOf(desk, { id, company: item.companyId, body: extra.body, issuer: extra.issuer }),
    ...readEvents(db, id, issuer),
    training,
    ...hoursOf(desk, extra, training),
    exams: examsOf(db, extra, body),
    others: othersOf(desk, extra.holder, id),
  };
  return { record, movedTo: null };
}
