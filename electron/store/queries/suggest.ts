import type { z } from 'zod';
import { maskName } from '../../../shared/domain/name/mask';
import { characters } from '../../../shared/domain/name/normalize';
import type { Suggestion, searchRoutes } from '../../../shared/ipc/routes/search';
import { isRegionIn } from '../cube/row-filter';
import { scanCube } from '../cube/scan';
import { sql } from '../sql/tag';
import { intOf, textOrNull } from '../sql/values';
import type { Desk } from './desk';
import { readItem } from './items';
import { rankByName, ranksFor } from './search';
import { isSuggestable, understand } from './understand';
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
    const certificates = scanCube(memory.cube, days, filter, desk.scopes, () => 1).total;
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

/**
 * Masked suggestions while typing: persons by name, pinyin or initials, then companies. Never for
 * digits. `total` counts the certificates that the committed query would list.
 */
export async function suggest(desk: Desk, typed: string): Promise<SuggestOutput> {
  const startMs = performance.now();
  if (!isSuggestable(typed))
    return { items: [], total: 0, isTotalExact: true, tookMs: performance.now() - startMs };
  const memory = await desk.warm.ready();
  const attempts = understand(typed);
  const byName = attempts.find(
    (attempt) => attempt.way === 'name' || attempt.way === 'pinyin' || attempt.way === 'mixed',
  );
  const company = attempts.find((attempt) => attempt.way === 'company');
  const companies =
    company?.way === 'company'
      ? companySuggestions(desk, memory, company.text, memory.companies.byText(company.text))
      : [];
  const ranks = byName === undefined ? null : (ranksFor(memory, byName) ?? null);
  const persons: Suggestion[] = [];
  let total = 0;
  if (ranks !== null && byName !== undefined) {
    const text = byName.way === 'name' ? byName.text : '';
    const room = MAX_ITEMS - companies.length;
    for (const { id, text: name } of memory.names.best(ranks, MAX_NAMES)) {
      if (persons.length >= room) break;
      for (const row of desk.db.all(
        sql`select id, maskedId from person where nameId = ${id} limit ${MAX_BEARERS}`,
      )) {
        const suggestion =
          persons.length < room
            ? personSuggestion(desk, intOf(row[0]), name, textOrNull(row[1]) ?? '', text)
            : undefined;
        if (suggestion !== undefined) persons.push(suggestion);
      }
    }
    total = scanCube(
      memory.cube,
      memory.days.of(memory.cube, desk.rules.cutoffs),
      {},
      desk.scopes,
      rankByName(memory, ranks),
    ).total;
  }
  const items = [...persons, ...companies];
  return {
    items,
    total: total === 0 ? items.length : total,
    isTotalExact: true,
    tookMs: performance.now() - startMs,
  };
}
