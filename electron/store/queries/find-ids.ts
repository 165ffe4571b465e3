import { NUMBER_FORMS, STATUSES } from '../../../shared/domain/model';
import type { Filter } from '../../../shared/ipc/common';
import { BlindTagger } from '../../crypto/blind-index';
import type { BlindKind } from '../../crypto/field-keys';
import { CORE_COLUMNS, coreRow } from '../cube/build';
import type { Cube } from '../cube/cube';
import type { DayColumns } from '../cube/day-columns';
import { compileFilter, isInFilter, isStatusWanted, statusOf } from '../cube/row-filter';
import { type Matches, statusCounts } from '../cube/scan';
import type { ReadableDb } from '../database';
import type { BlindKeySet } from '../protocol';
import { raw, sql } from '../sql/tag';
import { intOf } from '../sql/values';
import type { Rules } from './items';

/** Most rows that a look-up through the file's indexes gathers; beyond it counts are said not to be exact. */
export const MAX_INDEXED = 5_000;

const TAG_COLUMNS: Readonly<Record<BlindKind, string>> = {
  whole: 'tagWhole',
  region6: 'tagRegion6',
  birth8: 'tagBirth8',
  last4: 'tagLast4',
  last6: 'tagLast6',
  phone: 'tagPhone',
  phoneLast4: 'tagPhoneLast4',
};

/** By key, which is zeroed and replaced as a whole when keys change: no tagger outlives its own. */
const taggers = new WeakMap<Uint8Array, BlindTagger>();

function taggerOf(key: Uint8Array): BlindTagger {
  const known = taggers.get(key);
  if (known !== undefined) return known;
  const tagger = new BlindTagger(key);
  taggers.set(key, tagger);
  return tagger;
}

/** Blind tags of a typed fragment, one for each set of keys; none where this session has none. */
export function tagsOf(sets: readonly BlindKeySet[], kind: BlindKind, text: string): number[] {
  return sets.flatMap((keys) => {
    const key = keys[kind];
    const tag = key === undefined ? 0 : taggerOf(key).tag(kind, text);
    return tag === 0 ? [] : [tag];
  });
}

const idsOf = (rows: readonly (readonly unknown[])[]): number[] =>
  rows.map((row) => Number(row[0]));

/** Certificates of the persons with one of the tags, in order of id. */
export function byPersonTag(
  db: ReadableDb,
  kind: BlindKind,
  tags: readonly number[],
  onlyTForm = false,
): number[] {
  const form = onlyTForm ? ` and c."numberForm" = ${NUMBER_FORMS['T-id']}` : '';
  const text = `select c.id from person p join certificate c on c."holder" = p.id where p.${TAG_COLUMNS[kind]} = ?${form} limit ${MAX_INDEXED + 1}`;
  // Sorted here: sorting in the query would read every match of a fragment before the limit.
  return tags.flatMap((tag) => idsOf(db.all({ text, values: [tag] }))).sort((a, b) => a - b);
}

/** Certificates whose sealed number has one of the tags. */
export function byNumberTag(db: ReadableDb, tags: readonly number[]): number[] {
  return idsOf(
    db.all(
      sql`select id from certificate where tagNumber in (select value from json_each(${JSON.stringify(tags)})) limit ${MAX_INDEXED + 1}`,
    ),
  );
}

/** Both ways in which sources write brackets; the same twice where there are none. */
function spellings(text: string): readonly [string, string] {
  return [text, text.replace(/\(/g, '（').replace(/\)/g, '）')];
}

/**
 * Certificates with an own number, whole or begun (from four characters on), and those whose sealed number has one of the
 * tags. Whole numbers of both kinds come out of one statement: each statement looks anew whether the file has changed.
 */
export function byNumber(db: ReadableDb, typed: string, tags: readonly number[]): number[] {
  const [text, wide] = spellings(typed);
  const whole = db.all(
    sql`select id, 1 from certificate where "number" in (${text}, ${wide})
        union all select id, 0 from certificate where tagNumber in (select value from json_each(${JSON.stringify(tags)})) limit ${MAX_INDEXED + 1}`,
  );
  const isOwn = whole.some((row) => row[1] === 1);
  if (isOwn || typed.length < 4) return idsOf(whole);
  const begun = [...new Set([text, wide])].flatMap((start) =>
    idsOf(
      db.all(
        sql`select id from certificate where "number" >= ${start} and "number" < ${`${start}\u{10ffff}`} order by "number" limit ${MAX_INDEXED + 1}`,
      ),
    ),
  );
  return [...begun, ...idsOf(whole)];
}

export function byUscc(db: ReadableDb, uscc: string): number[] {
  return idsOf(
    db.all(
      sql`select c.id from company co join certificate c on c."company" = co.id where co."uscc" = ${uscc} order by c.id limit ${MAX_INDEXED + 1}`,
    ),
  );
}

/** Narrows found ids by scope and filter, with counts per status; reads each row once. */
export function narrow(
  db: ReadableDb,
  ids: readonly number[],
  filter: Filter,
  scopes: readonly string[],
  rules: Rules,
): Matches {
  const counts = new Uint32Array(16);
  const kept: number[] = [];
  for (const id of ids.slice(0, MAX_INDEXED)) {
    const found = db.get(sql`select ${raw(CORE_COLUMNS)} from certificate where id = ${id}`);
    if (found === undefined) continue;
    const row = coreRow(found, rules.marks);
    if (!isInFilter(row, filter, scopes)) continue;
    const status = statusOf(row, rules.cutoffs);
    counts[status] = (counts[status] ?? 0) + 1;
    if (isStatusWanted(status, filter)) kept.push(intOf(found[0]));
  }
  return {
    ids: Float64Array.from(kept),
    byStatus: statusCounts(counts),
    total: kept.length,
    isTotalExact: ids.length <= MAX_INDEXED,
  };
}

/** The same over the columns in memory: for fragments that many share. */
export function narrowInCube(
  cube: Cube,
  columns: DayColumns,
  ids: readonly number[],
  filter: Filter,
  scopes: readonly string[],
): Matches {
  const matches = compileFilter(cube, filter, scopes);
  const wanted = new Set(filter.statuses?.map((word): number => STATUSES[word]));
  const counts = new Uint32Array(16);
  const kept: number[] = [];
  for (const id of ids.slice(0, MAX_INDEXED)) {
    const i = cube.indexOf(id);
    if (i < 0 || !matches(i)) continue;
    const status = columns.status[i] ?? 0;
    counts[status] = (counts[status] ?? 0) + 1;
    if (filter.statuses === undefined || wanted.has(status)) kept.push(id);
  }
  return {
    ids: Float64Array.from(kept),
    byStatus: statusCounts(counts),
    total: kept.length,
    isTotalExact: ids.length <= MAX_INDEXED,
  };
}
