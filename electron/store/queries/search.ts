import type { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error';
import type { Filter } from '../../../shared/ipc/common';
import type { searchRoutes, UnderstoodSchema } from '../../../shared/ipc/routes/search';
import { assertNever } from '../../../shared/kernel/assert-never';
import { RANK } from '../cube/name-index';
import { isRegionIn } from '../cube/row-filter';
import { type Matches, scanCube } from '../cube/scan';
import type { QueryEntry } from '../protocol';
import { demandWhole } from './boards';
import type { Desk } from './desk';
import {
  byNumber,
  byNumberTag,
  byPersonTag,
  byUscc,
  narrow,
  narrowInCube,
  tagsOf,
} from './find-ids';
import { readItems } from './items';
import { PastLists } from './past-list';
import { type Ranked, rankByCompany, rankByName, ranksFor, rowsOfFilter } from './ranks';
import { type Attempt, understand, wholeCharacters } from './understand';
import type { Memory } from './warm';

type Understood = z.infer<typeof UnderstoodSchema>;
export type SearchInput = z.output<(typeof searchRoutes)['search.query']['input']>;
export type SearchOutput = z.output<(typeof searchRoutes)['search.query']['output']>;

interface Found {
  readonly matches: Matches;
  readonly understood: Understood;
  readonly isFuzzy: boolean;
}

/** Up to so many found ids are read from the file; more are looked up in memory. */
const FEW = 50;

const sumOf = (matches: Matches): number =>
  Object.values(matches.byStatus).reduce((sum, count) => sum + (count ?? 0), 0);

function labelOf(attempt: Attempt): Understood {
  switch (attempt.way) {
    case 'everything':
      return 'everything';
    case 'id':
      return attempt.onlyTForm ? 'certificate-number' : 'id-number';
    case 'fragment':
      return attempt.kinds.includes('phone') ? 'phone-tail' : 'id-fragment';
    case 'number':
      return 'certificate-number';
    case 'uscc':
      return 'uscc';
    case 'pinyin':
    case 'fuzzy-pinyin':
      return 'pinyin';
    case 'name':
    case 'mixed':
    case 'fuzzy-name':
      return 'name';
    case 'company':
      return 'company';
    default:
      return assertNever(attempt);
  }
}

const WORDS: readonly Attempt['way'][] = ['name', 'pinyin', 'mixed'];
const ALL: Ranked = { rankOf: () => RANK.exact, rows: null };

/** The one search box: committed queries over the slice, in the session's scope. */
export class Search {
  private readonly desk: Desk;
  /** Matches of the last query, for its further pages. */
  private readonly past: PastLists;
  private last:
    | { readonly key: string; readonly version: number; readonly found: Found }
    | undefined;

  /** The last text as it was understood: a query needs it three times. */
  private read: { readonly text: string; readonly attempts: readonly Attempt[] } = {
    text: '',
    attempts: understand(''),
  };

  constructor(desk: Desk) {
    this.desk = desk;
    this.past = new PastLists(desk);
  }

  private attemptsOf(text: string): readonly Attempt[] {
    if (this.read.text !== text) this.read = { text, attempts: understand(text) };
    return this.read.attempts;
  }

  private indexed(ids: readonly number[], filter: Filter): Matches {
    const { db, scopes, rules, warm } = this.desk;
    const memory = ids.length > FEW ? warm.current : undefined;
    if (memory !== undefined) {
      const columns = memory.days.of(memory.cube, rules.cutoffs);
      return narrowInCube(memory.cube, columns, ids, filter, scopes);
    }
    return narrow(db, ids, filter, scopes, rules);
  }

  private scan(memory: Memory, filter: Filter, { rankOf, rows }: Ranked): Matches {
    const { scopes, rules } = this.desk;
    return scanCube(
      memory.cube,
      memory.days.of(memory.cube, rules.cutoffs),
      filter,
      scopes,
      rankOf,
      rows ?? rowsOfFilter(memory, filter),
    );
  }

  private async matchesOf(attempt: Attempt, filter: Filter): Promise<Matches | null> {
    const { db, blindKeys } = this.desk;
    switch (attempt.way) {
      case 'id': {
        const ids = attempt.values.flatMap((value) => {
          const tags = tagsOf(blindKeys, 'whole', value);
          return [
            ...byPersonTag(db, 'whole', tags, attempt.onlyTForm),
            ...(attempt.onlyTForm ? [] : byNumberTag(db, tags)),
          ];
        });
        // A number of its own may still be the holder's ID number: one row, once.
        return this.indexed([...new Set(ids)], filter);
      }
      case 'fragment':
        return this.indexed(
          [
            ...new Set(
              attempt.kinds.flatMap((kind) =>
                byPersonTag(db, kind, tagsOf(blindKeys, kind, attempt.text)),
              ),
            ),
          ],
          filter,
        );
      case 'number': {
        const tags = tagsOf(blindKeys, 'whole', attempt.text);
        return this.indexed([...new Set(byNumber(db, attempt.text, tags))], filter);
      }
      case 'uscc':
        return this.indexed(byUscc(db, attempt.text), filter);
      case 'everything':
        return this.scan(await this.desk.warm.ready(), filter, ALL);
      case 'company': {
        const memory = await this.desk.warm.ready();
        const ranked = rankByCompany(memory, attempt.text);
        return ranked === null ? null : this.scan(memory, filter, ranked);
      }
      default: {
        const memory = await this.desk.warm.ready();
        const ranks = ranksFor(memory, attempt);
        return ranks === null || ranks === undefined
          ? null
          : this.scan(memory, filter, rankByName(memory, ranks));
      }
    }
  }

  /**
   * What else the text can mean that finds something: the person may have meant that. No firms for digits, so that a
   * look-up by number never waits for the copies in memory.
   */
  private async othersOf(
    text: string,
    filter: Filter,
    { understood }: Found,
  ): Promise<SearchOutput['others']> {
    const others = new Map<Understood, Matches>();
    const attempts = this.attemptsOf(text);
    const isWords = attempts.some(({ way }) => WORDS.includes(way));
    for (const attempt of attempts) {
      if (attempt.way === 'company' && !isWords) continue;
      const meaning = labelOf(attempt);
      if (meaning === understood || others.has(meaning) || attempt.way.startsWith('fuzzy'))
        continue;
      const matches = await this.matchesOf(attempt, filter);
      if (matches !== null && matches.total > 0) others.set(meaning, matches);
    }
    return [...others].map(([meaning, { total, isTotalExact }]) => ({
      meaning,
      total,
      isTotalExact,
    }));
  }

  private async find(text: string, filter: Filter, meaning?: Understood): Promise<Found> {
    const key = JSON.stringify([text, filter, meaning, this.desk.rules.cutoffs.today]);
    const version = this.desk.version;
    if (this.last?.key === key && this.last.version === version) return this.last.found;
    const attempts = this.attemptsOf(text).filter(
      (attempt) => meaning === undefined || labelOf(attempt) === meaning,
    );
    let found: Found | undefined;
    for (const attempt of attempts) {
      const matches = await this.matchesOf(attempt, filter);
      // Of an inexact look-up only the first ids were compared: none among them is not none at all.
      if (matches === null || (matches.isTotalExact && sumOf(matches) === 0)) continue;
      found = { matches, understood: labelOf(attempt), isFuzzy: attempt.way.startsWith('fuzzy') };
      break;
    }
    const nothing: Matches = {
      ids: new Float64Array(0),
      byStatus: {},
      total: 0,
      isTotalExact: true,
    };
    found ??= {
      matches: nothing,
      understood: meaning ?? labelOf(attempts[0] ?? { way: 'everything' }),
      isFuzzy: false,
    };
    this.last = { key, version, found };
    return found;
  }

  /** Answers a committed query and says what the journal must keep of it. */
  async query(
    input: SearchInput,
  ): Promise<{ readonly answer: SearchOutput; readonly log: QueryEntry }> {
    if (input.day !== undefined && input.day < this.desk.rules.cutoffs.today)
      return this.queryPast(input, input.day);
    const startMs = performance.now();
    const text = wholeCharacters(input.text);
    const found = await this.find(text, input.filter, input.meaning);
    const { matches, understood, isFuzzy } = found;
    const others = input.offset === 0 ? await this.othersOf(text, input.filter, found) : [];
    const ids = matches.ids.subarray(input.offset, input.offset + input.limit);
    // The copies in memory may be a page behind the file: a row that has just left the scope is not shown.
    const items = readItems(this.desk.db, ids, this.desk.rules).filter(({ region }) =>
      isRegionIn(Number(region), this.desk.scopes),
    );
    const { byStatus, total, isTotalExact } = matches;
    const log = this.logOf(text, input.filter, total);
    return {
      answer: {
        understood,
        items,
        total,
        isTotalExact,
        byStatus,
        isFuzzy,
        others,
        past: null,
        tookMs: performance.now() - startMs,
      },
      log,
    };
  }

  /** The list of a past day. Throws INPUT_INVALID for one that is looked for by a text: who had that name then is not known. */
  private async queryPast(
    { text, filter, offset, limit }: SearchInput,
    day: number,
  ): Promise<{ readonly answer: SearchOutput; readonly log: QueryEntry }> {
    const startMs = performance.now();
    if (text.trim() !== '') throw new AppError('INPUT_INVALID', { field: 'day' });
    demandWhole(this.desk);
    const { ids, unknown, ...matches } = await this.past.find(filter, day);
    const items = await this.past.items(filter, day, ids.subarray(offset, offset + limit));
    return {
      answer: {
        understood: 'everything',
        items: [...items],
        ...matches,
        isFuzzy: false,
        others: [],
        past: { day, unknown },
        tookMs: performance.now() - startMs,
      },
      log: this.logOf('', filter, matches.total),
    };
  }

  /** What the journal keeps of a question; of digits it gets a tag alone. */
  private logOf(text: string, filter: Filter, total: number): QueryEntry {
    const hasDigits = /\d/.test(text.normalize('NFKC'));
    // A question about digits that are masked on the screen tells what the mask hides.
    const isProbe = hasDigits && this.attemptsOf(text).some(({ way }) => way === 'fragment');
    return {
      kind: isProbe ? 'reveal' : 'query',
      // Digits may be an ID: the journal keeps a tag that only equal digits share.
      text: hasDigits ? null : text,
      tag: hasDigits ? (tagsOf(this.desk.blindKeys, 'whole', text)[0] ?? 0) : null,
      filter,
      subject: null,
      count: total,
    };
  }

  /** Matches of a text that a person follows, and what the journal would keep of it, had it been asked just now. */
  async watched(
    typed: string,
    filter: Filter,
  ): Promise<{ readonly matches: Matches; readonly log: QueryEntry }> {
    const text = wholeCharacters(typed);
    const { matches } = await this.find(text, filter);
    return { matches, log: this.logOf(text, filter, matches.total) };
  }

  async count(filter: Filter): Promise<number> {
    return (await this.find('', filter)).matches.total;
  }
}
