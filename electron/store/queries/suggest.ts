import type { z } from 'zod';
import { maskName } from '../../../shared/domain/name/mask';
import { characters } from '../../../shared/domain/name/normalize';
import type { CertificateItem, Suggestion, searchRoutes } from '../../../shared/ipc/routes/search';
import type { NameRanks } from '../cube/name-index';
import { isRegionIn } from '../cube/row-filter';
import { scanCube } from '../cube/scan';
import type { Desk } from './desk';
import { readItems } from './items';
import { rankByCompany, rankByName, ranksFor, rowsOfFilter } from './ranks';
import { type Attempt, isSuggestable, understand } from './understand';
import type { Memory } from './warm';

export type SuggestOutput = z.output<(typeof searchRoutes)['search.suggest']['output']>;

const MAX_ITEMS = 10;
const MAX_COMPANIES = 3;
/** Names looked at until enough bearers in scope are found. */
const MAX_NAMES = 60;
const MAX_BEARERS = 10;

function marksOf(text: string, typed: string): [number, number][] {
  const at = text.indexOf(typed);
  if (at < 0 || typed === '') return [];
  const from = characters(text.slice(0, at)).length;
  return [[from, from + characters(typed).length]];
}

function personSuggestion(item: CertificateItem, name: string, typed: string): Suggestion {
  return {
    type: 'person',
    personId: item.personId,
    certificateId: item.id,
    name: maskName(name),
    maskedId: item.maskedId,
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

/** The newest certificate in scope of each bearer of a name, by person, at most so many. */
function newestOf(desk: Desk, { cube }: Memory, name: number, room: number): number[] {
  const newest = new Map<number, number>();
  cube.eachOfName(name, (i) => {
    if (!isRegionIn(cube.regionOf(i), desk.scopes)) return;
    const holder = cube.holder[i] ?? 0;
    const known = newest.get(holder);
    if (known === undefined || (cube.validTo[i] ?? 0) > (cube.validTo[known] ?? 0))
      newest.set(holder, i);
  });
  return [...newest]
    .sort(([a], [b]) => a - b)
    .slice(0, room)
    .map(([, i]) => cube.ids[i] ?? 0);
}

/** Persons in scope who bear the best names, at most so many; one statement reads them all. */
function personSuggestions(
  desk: Desk,
  memory: Memory,
  { ranks, marked }: Named,
  room: number,
): Suggestion[] {
  const names = new Map<number, string>();
  for (const { id, text } of memory.names.best(ranks, MAX_NAMES)) {
    if (names.size >= room) break;
    const left = Math.min(MAX_BEARERS, room - names.size);
    for (const certificate of newestOf(desk, memory, id, left)) names.set(certificate, text);
  }
  // The copies in memory may be a page behind the file: a row that has just left the scope is not shown.
  return readItems(desk.db, names.keys(), desk.rules)
    .filter(({ region }) => isRegionIn(Number(region), desk.scopes))
    .map((item) => personSuggestion(item, names.get(item.id) ?? '', marked));
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
