import type { z } from 'zod';
import { maskName } from '../../../shared/domain/name/mask';
import { characters } from '../../../shared/domain/name/normalize';
import type { Suggestion, searchRoutes } from '../../../shared/ipc/routes/search';
import type { NameRanks } from '../cube/name-index';
import { isRegionIn } from '../cube/row-filter';
import { scanCube } from '../cube/scan';
import { sql } from '../sql/tag';
import { intOf, textOrNull } from '../sql/values';
import type { Desk } from './desk';
import { readItem } from './items';
import { rankByCompany, rankByName, ranksFor, rowsOfFilter } from './ranks';
import { type Attempt, isSuggestable, understand } from './understand';
import type { Memory } from './warm';

export type SuggestOutput = z.output<(typeof searchRoutes)['search.suggest']['output']>;

const MAX_ITEMS = 10;
const MAX_COMPANIES = 3;
/** Names looked at until enough bearers in scope are found. */
const MAX_NAMES = 60;
const MAX_BEARERS = 10;
const MAX_HELD = 20;

function marksOf(text: string, typed: string): [number, number][] {
  const at = text.indexOf(typed);
  if (at < 0 || typed === '') return [];
  const from = characters(text.slice(0, at)).length;
  return [[from, from + characters(typed).length]];
}

/** The person's newest certificate within the scope, as a suggestion. */
function personSuggestion(
  desk: Desk,
  personId: number,
  name: string,
  maskedId: string,
  typed: string,
): Suggestion | undefined {
  const held = desk.db.all(
    sql`select id, "region" from certificate where "holder" = ${personId} order by "validTo" desc limit ${MAX_HELD}`,
  );
  const own = held.find((row) => isRegionIn(intOf(row[1]), desk.scopes));
  const item = own === undefined ? undefined : readItem(desk.db, intOf(own[0]), desk.rules);
  if (item === undefined) return undefined;
  return {
    type: 'person',
    personId,
    certificateId: item.id,
    name: maskName(name),
    maskedId,
    kind: item.kind,
    category: item.category,
    region: item.region,
    status: item.validity.status,
    marks: marksOf(name, typed),
  };
}

function companySuggestions(
  desk: Desk,
  memory: Memory,
  typed: string,
  found: readonly { readonly id: number; readonly name: string; readonly region: number }[],
): Suggestion[] {
  const items: Suggestion[] = [];
  for (const company of found) {
    if (items.length === MAX_COMPANIES) break;
    if (!isRegionIn(company.region, desk.scopes)) continue;
    // As the list behind it counts: within the scope.
    const days = memory.days.of(memory.cube, desk.rules.cutoffs);
    const filter = { company: company.id };
    const rows = rowsOfFilter(memory, filter);
    const certificates = scanCube(memory.cube, days, filter, desk.scopes, () => 1, rows).total;
    items.push({
      type: 'company',
      companyId: company.id,
      name: company.name,
      region: String(company.region),
      certificates,
      marks: marksOf(company.name, typed),
    });
  }
  return items;
}

const WAYS: readonly (readonly Attempt['way'][])[] = [
  ['name', 'pinyin', 'mixed'],
  ['fuzzy-name', 'fuzzy-pinyin'],
];

interface Named {
  readonly ranks: NameRanks;
  /** What stood in the name as it was typed; empty where that cannot be shown. */
  readonly marked: string;
}

/** The first way of reading the text as a name that somebody in scope has. */
function namedBy(
  desk: Desk,
  memory: Memory,
  attempts: readonly Attempt[],
  ways: readonly Attempt['way'][],
): (Named & { readonly total: number }) | undefined {
  const attempt = attempts.find(({ way }) => ways.includes(way));
  const ranks = attempt === undefined ? null : (ranksFor(memory, attempt) ?? null);
  if (ranks === null) return undefined;
  const days = memory.days.of(memory.cube, desk.rules.cutoffs);
  const { rankOf, rows } = rankByName(memory, ranks);
  const { total } = scanCube(memory.cube, days, {}, desk.scopes, rankOf, rows);
  return total === 0
    ? undefined
    : { ranks, marked: attempt?.way === 'name' ? attempt.text : '', total };
}

/** Persons in scope who bear the best names, at most so many. */
function personSuggestions(
  desk: Desk,
  memory: Memory,
  { ranks, marked }: Named,
  room: number,
): Suggestion[] {
  const persons: Suggestion[] = [];
  for (const { id, text: name } of memory.names.best(ranks, MAX_NAMES)) {
    for (const row of desk.db.all(
      sql`select id, maskedId from person where nameId = ${id} limit ${MAX_BEARERS}`,
    )) {
      if (persons.length === room) return persons;
      const maskedId = textOrNull(row[1]) ?? '';
      const suggestion = personSuggestion(desk, intOf(row[0]), name, maskedId, marked);
      if (suggestion !== undefined) persons.push(suggestion);
    }
  }
  return persons;
}

/**
 * Masked suggestions while typing: persons by name, pinyin or initials, then companies; where there are neither,
 * persons whose name is one typo away. Never for digits. `total` counts the certificates that the committed query
 * would list.
 */
export async function suggest(desk: Desk, typed: string): Promise<SuggestOutput> {
  const startMs = performance.now();
  const answer = (items: Suggestion[], total: number): SuggestOutput => ({
    items,
    total,
    isTotalExact: true,
    tookMs: performance.now() - startMs,
  });
  if (!isSuggestable(typed)) return answer([], 0);
  const memory = await desk.warm.ready();
  const attempts = understand(typed);
  const company = attempts.find((attempt) => attempt.way === 'company');
  const text = company?.way === 'company' ? company.text : '';
  const companies =
    text === '' ? [] : companySuggestions(desk, memory, text, memory.companies.byText(text));
  const [exact = [], fuzzy = []] = WAYS;
  const isFound = companies.length > 0;
  const named =
    namedBy(desk, memory, attempts, exact) ??
    (isFound ? undefined : namedBy(desk, memory, attempts, fuzzy));
  if (named !== undefined) {
    const persons = personSuggestions(desk, memory, named, MAX_ITEMS - companies.length);
    return answer([...persons, ...companies], named.total);
  }
  if (!isFound) return answer([], 0);
  const days = memory.days.of(memory.cube, desk.rules.cutoffs);
  const ranked = rankByCompany(memory, text);
  if (ranked === null) return answer(companies, 0);
  const { rankOf, rows } = ranked;
  return answer(companies, scanCube(memory.cube, days, {}, desk.scopes, rankOf, rows).total);
}
