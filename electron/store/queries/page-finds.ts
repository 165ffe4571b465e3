import type { BatchRow } from '../../../shared/domain/batch/read-row';
import {
  NUMBER_FORMS,
  type ReadKind,
  STATUSES,
  type Status,
  wordOf,
} from '../../../shared/domain/model';
import type { Day } from '../../../shared/kernel/day';
import { blindTags } from '../../crypto/blind-index';
import { coreRow } from '../cube/build';
import { isRegionIn, statusOf } from '../cube/row-filter';
import type { ReadableDb } from '../database';
import type { BlindKeySet } from '../protocol';
import type { SqlRow, SqlValue } from '../sql/values';
import { intOf, textOrNull } from '../sql/values';
import { MAX_INDEXED } from './find-ids';
import { kindWord, type Rules, shownNumber } from './items';

/** What judging needs of an open slice. */
export interface JudgeDesk {
  readonly db: ReadableDb;
  readonly blindKeys: readonly BlindKeySet[];
  readonly scopes: readonly string[];
  readonly rules: Rules;
}

/** What the slice says of a certificate in scope; masked but for the name. */
export interface Found {
  readonly id: number;
  readonly holder: number;
  readonly name: string;
  readonly status: Status;
  readonly validTo: Day;
  readonly number: string;
  readonly kind: ReadKind | null;
}

/** What the rows of a page find in scope, each list in order of id and without repetition. */
export interface PageFinds {
  /** Certificates of whoever has this ID number. */
  ofPerson(idNumber: string): readonly Found[];
  /** Certificates with this number: an own one, a sealed one, or one made of an ID number. */
  numbered(number: string): readonly Found[];
}

/** More certificates of one number than an issuer ever made by mistake. */
const MAX_ALIKE = 50;
const ID_NUMBER = /^T?\d{17}[\dX]$/u;

/** Columns as coreRow reads them, and then what is shown; a statement may have more behind. */
const COLUMNS = `c.id, c."kind", c."category", c."baseStatus", c."region", c."industry", c."validFrom", c."validTo", c."reviewDue",
  c."company", c."holder", c."body", c."issuer", c."numberForm", c."number", c.maskedNumber, p.maskedId, p."name"`;
const [FORM, NUMBER, MASKED_NUMBER, MASKED_ID, NAME, SOUGHT] = [13, 14, 15, 16, 17, 18] as const;

// The cross joins keep the order: what is sought first, then one look into an index for each.
const BY_TAG_OF_PERSON = `select ${COLUMNS}, w.value from json_each(?) w
  cross join person p on p.tagWhole = w.value cross join certificate c on c."holder" = p.id limit ?`;
const withHolder = (on: string) =>
  `select ${COLUMNS}, w.value from json_each(?) w cross join certificate c on ${on} left join person p on p.id = c."holder" limit ?`;
const BY_TAG_OF_NUMBER = withHolder('c.tagNumber = w.value');
const BY_NUMBER = withHolder('c."number" = w.value');
const BY_ID = withHolder('c.id = w.value');

/** A page found more than is held at once. */
class TooMany extends Error {}

/**
 * Looks up all that the rows of a page name: a statement costs the same for one row and for a thousand. Undefined when
 * that is more than is to be held at once, which lists of people never are; then row by row is the way.
 */
export function findPage(desk: JudgeDesk, rows: readonly BatchRow[]): PageFinds | undefined {
  try {
    return pageFinds(new Reading(desk, false), rows);
  } catch (error) {
    if (error instanceof TooMany) return undefined;
    throw error;
  }
}

/** As findPage for one row; what fits beyond 5,000 certificates is left out. */
export function findRow(desk: JudgeDesk, row: BatchRow): PageFinds {
  return pageFinds(new Reading(desk, true), [row]);
}

/** The certificates of these ids that are here and in scope. */
export function findCertificates(
  desk: JudgeDesk,
  ids: readonly number[],
): ReadonlyMap<number, Found> {
  const hits = [...new Reading(desk, true).lookUp(BY_ID, ids).values()].flat();
  return new Map(hits.map(({ found }) => [found.id, found]));
}

function pageFinds(reading: Reading, rows: readonly BatchRow[]): PageFinds {
  const ids = textsOf(rows, ({ idNumber }) => idNumber);
  const numbers = textsOf(rows, ({ number }) => number);
  const made = numbers.flatMap((number) => idWithin(number) ?? []);
  const tags = tagsByText(reading.desk.blindKeys, [...new Set([...ids, ...numbers, ...made])]);
  const tagsOf = (text: string) => tags.get(text) ?? [];
  const ofPersons = reading.lookUp(BY_TAG_OF_PERSON, [...ids, ...made].flatMap(tagsOf));
  const sealed = reading.lookUp(BY_TAG_OF_NUMBER, numbers.flatMap(tagsOf));
  const own = reading.lookUp(BY_NUMBER, numbers.flatMap(spellings));
  const hits = (of: ReadonlyMap<SqlValue, readonly Hit[]>, keys: readonly SqlValue[]) =>
    keys.flatMap((key) => of.get(key) ?? []);
  return {
    ofPerson: (idNumber) => inOrder(hits(ofPersons, tagsOf(idNumber))),
    numbered: (number) => {
      const id = idWithin(number);
      const form = number.toUpperCase().startsWith('T') ? NUMBER_FORMS['T-id'] : NUMBER_FORMS.id;
      const byId = id === undefined ? [] : hits(ofPersons, tagsOf(id));
      return inOrder([
        ...byId.filter((hit) => hit.form === form),
        ...hits(own, spellings(number)).slice(0, MAX_ALIKE),
        ...hits(sealed, tagsOf(number)),
      ]);
    },
  };
}

interface Hit {
  readonly form: number;
  readonly found: Found;
}

/** Rows of the slice, each made into what is known of it once. */
class Reading {
  private readonly known = new Map<number, Hit>();

  constructor(
    readonly desk: JudgeDesk,
    /** What is more than is held at once is cut off, where nobody asks for more. */
    private readonly isCut: boolean,
  ) {}

  /** In scope, by what was sought. */
  lookUp(text: string, sought: readonly SqlValue[]): Map<SqlValue, Hit[]> {
    const found = new Map<SqlValue, Hit[]>();
    if (sought.length === 0) return found;
    const { db, scopes } = this.desk;
    // In order: neighbours lie in the same page of the index.
    const values = [JSON.stringify([...new Set(sought)].sort(byValue)), MAX_INDEXED + 1];
    const rows = db.all({ text, values });
    if (rows.length > MAX_INDEXED && !this.isCut) throw new TooMany();
    for (const row of rows) {
      if (!isRegionIn(intOf(row[4]), scopes)) continue;
      const key = row[SOUGHT] ?? null;
      const before = found.get(key);
      if (before === undefined) found.set(key, [this.hit(row)]);
      else before.push(this.hit(row));
    }
    return found;
  }

  private hit(row: SqlRow): Hit {
    const id = intOf(row[0]);
    let hit = this.known.get(id);
    if (hit === undefined) {
      hit = { form: intOf(row[FORM]), found: foundOf(row, this.desk.rules) };
      this.known.set(id, hit);
    }
    return hit;
  }
}

function foundOf(row: SqlRow, rules: Rules): Found {
  const core = coreRow(row, rules.marks);
  const status = wordOf(STATUSES, statusOf(core, rules.cutoffs));
  if (status === undefined) throw new TypeError('status');
  return {
    id: core.id,
    holder: intOf(row[10]),
    name: textOrNull(row[NAME]) ?? '',
    status,
    validTo: core.validTo,
    number: shownNumber(
      intOf(row[FORM]),
      textOrNull(row[NUMBER]),
      textOrNull(row[MASKED_NUMBER]),
      textOrNull(row[MASKED_ID]) ?? '',
    ),
    kind: kindWord(core.kind),
  };
}

const textsOf = (rows: readonly BatchRow[], of: (row: BatchRow) => string | null) => [
  ...new Set(rows.flatMap((row) => of(row) ?? [])),
];

/** The ID number that a certificate number may be made of. */
function idWithin(number: string): string | undefined {
  const upper = number.toUpperCase();
  if (!ID_NUMBER.test(upper)) return undefined;
  return upper.startsWith('T') ? upper.slice(1) : upper;
}

/** As written, and with both kinds of brackets. */
function spellings(number: string): string[] {
  if (!/[()（）]/u.test(number)) return [number];
  const wide = number.replace(/\(/gu, '（').replace(/\)/gu, '）');
  const narrow = number.replace(/（/gu, '(').replace(/）/gu, ')');
  return [...new Set([number, wide, narrow])];
}

/** Blind tags by text, one for each set of keys; none where this session has none. */
function tagsByText(
  sets: readonly BlindKeySet[],
  texts: readonly string[],
): ReadonlyMap<string, number[]> {
  const columns = sets.flatMap(({ whole }) =>
    whole === undefined ? [] : [blindTags('whole', texts, whole)],
  );
  return new Map(
    texts.map((text, i) => [text, columns.flatMap((column) => column[i] || [])] as const),
  );
}

function inOrder(hits: readonly Hit[]): Found[] {
  if (hits.length < 2) return hits.map(({ found }) => found);
  return [...new Set(hits.map(({ found }) => found))].sort((a, b) => a.id - b.id);
}

function byValue(a: SqlValue, b: SqlValue): number {
  return (a ?? 0) < (b ?? 0) ? -1 : 1;
}
