import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maskName } from '../../../shared/domain/name/mask';
import { normalizeName } from '../../../shared/domain/name/normalize';
import { createPinyinMemo, pinyinKeys } from '../../../shared/domain/name/pinyin';
import type { Filter } from '../../../shared/ipc/common';
import { searchRoutes } from '../../../shared/ipc/routes/search';
import { parseRulePack } from '../../../shared/protocol/rule-pack';
import type { StoreClient } from '../launcher';
import type { SearchOutput } from '../queries/search';
import type { SuggestOutput } from '../queries/suggest';
import { ALL_STATUSES, matching } from './brute';
import { bruteSearch } from './brute-search';
import { SESSION } from './fixture';
import { makeNastySet, NASTY_NAMES } from './nasty-set';
import { ask, buildStore, loadSet, newOffice, openStore, RULE_PACK } from './rig';
import { TODAY } from './rows';

const parsed = parseRulePack(RULE_PACK);
if (!parsed.ok) throw new Error('rule pack');
const pack = parsed.value;
const SCOPES = SESSION.regions;
const set = makeNastySet(500, 11);
const brute = bruteSearch(set, SCOPES, TODAY, pack);

let entry: string;
let remove: () => void;
let office: string;
let store: StoreClient;

beforeAll(async () => {
  ({ entry, remove } = await buildStore());
  office = newOffice();
  // As many questions about digits as a person asks in weeks.
  const revealLimits = { values: 1, fragments: 100_000, numbers: 100_000, batch: 1 };
  ({ store } = await openStore(entry, office, { revealLimits }));
  expect((await loadSet(store, set)).isEqual).toBe(true);
});
afterAll(async () => {
  await store.call('close', {}).catch(() => undefined);
  remove();
  rmSync(office, { recursive: true, force: true });
});

const people = set.person.map((row) => ({
  name: String(row.public.name),
  idNumber: String(row.private?.idNumber),
  phone: String(row.private?.phone ?? '13800000000'),
}));
const fields = [
  ...people.map(({ name }) => name),
  ...set.company.flatMap(({ public: row }) => [String(row.name), String(row.uscc)]),
  ...set.certificate.map((row) => String(row.public.number ?? row.private?.number ?? '')),
];
const pieces = people.flatMap(({ idNumber, phone }) => [
  idNumber,
  `T${idNumber}`,
  idNumber.slice(0, 6),
  idNumber.slice(6, 14),
  idNumber.slice(-4),
  idNumber.slice(-6),
  idNumber.slice(3, 9),
  phone,
  phone.slice(-4),
]);
const ODD = [...'%_*"\'`();-—·•・\\/:^{}[]<>&|= \t\u3000\u200b\u0000张王三𠮷aZzü１Ｔ①٣'];
const HOSTILE = [
  "' or 1=1 --",
  '"; drop table certificate; --',
  'NEAR(张 三, 2)',
  '张* OR 李*',
  '%',
  '_',
  '张_',
  '{name} : 张',
  '\\',
  '\u0000',
  '\ud842',
  ')) union select blob from person --',
  '*'.repeat(64),
] as const;
const wide = (text: string): string =>
  text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));

/** One character wrong, missing, added, or swapped with the next. */
const mistyped = fc
  .tuple(fc.constantFrom(...fields, ...pieces), fc.nat(), fc.nat(3), fc.constantFrom(...'龘伟x9·'))
  .map(([text, place, how, other]) => {
    const all = [...text];
    const at = place % Math.max(1, all.length);
    const [before, one, after] = [all.slice(0, at), all[at] ?? '', all.slice(at + 1)];
    const middle =
      how === 0
        ? [other]
        : how === 1
          ? []
          : how === 2
            ? [one, other]
            : [...after.splice(0, 1), one];
    return [...before, ...middle, ...after].join('');
  });
const part = fc
  .tuple(fc.constantFrom(...fields, ...pieces), fc.nat(4), fc.integer({ min: 1, max: 12 }))
  .map(([text, from, length]) => [...text].slice(from, from + length).join(''));
const SYLLABLES = [
  'zhang',
  'z',
  'wang',
  'li',
  'mai',
  'm',
  'ou',
  'yang',
  'ji',
  'lv',
  'xi',
  'an',
  'xian',
];
const mixtures = fc
  .array(fc.constantFrom(...SYLLABLES, '张', '王', '三', '买', '·', '𠮷', '伟', '建', '国', ' '), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join(''));
const memo = createPinyinMemo();
/** A name as people spell it: some characters as letters, dots typed, left out or put where none is, not to its end. */
const spelled = fc
  .tuple(
    fc.constantFrom(...people.map(({ name }) => name), ...NASTY_NAMES),
    fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }),
    fc.integer({ min: 1, max: 8 }),
    fc.constantFrom('', '·', '•'),
    fc.nat(4),
  )
  .map(([name, how, length, dot, dotAt]) => {
    const all = [...normalizeName(name)].filter((one) => one !== '·' && one !== ' ');
    const { syllables } = pinyinKeys(normalizeName(name), memo);
    const parts = all.slice(0, length).map((one, i) => {
      const syllable = syllables[i] ?? one;
      return [one, syllable, syllable.charAt(0), syllable.slice(0, 2)][how[i] ?? 0] ?? one;
    });
    return [...parts.slice(0, dotAt), dot, ...parts.slice(dotAt)].join('');
  });
const undotted = mistyped.map((text) => text.replace(/[·•・]/g, ''));
const anything = fc.string({ unit: fc.constantFrom(...ODD), maxLength: 8 });
const typed = fc
  .oneof(
    { weight: 3, arbitrary: fc.constantFrom(...fields) },
    { weight: 3, arbitrary: fc.constantFrom(...pieces) },
    { weight: 5, arbitrary: mistyped },
    { weight: 4, arbitrary: part },
    { weight: 3, arbitrary: mixtures },
    { weight: 4, arbitrary: spelled },
    { weight: 2, arbitrary: undotted },
    { weight: 2, arbitrary: anything },
    { weight: 1, arbitrary: fc.constantFrom(...HOSTILE, ...NASTY_NAMES) },
  )
  .chain((text) => fc.constantFrom(text, text, text, wide(text), text.toUpperCase(), ` ${text}　`))
  .map((text) =>
    [...text].reduce((kept, c) => (kept.length + c.length > 64 ? kept : kept + c), ''),
  );
const filters: fc.Arbitrary<Filter> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        regions: fc.constantFrom<string[]>(['11'], ['1301', '110105'], ['12']),
        industries: fc.constantFrom<number[]>([47], [6, 25, 31]),
        kinds: fc.constantFrom<('special-operation' | 'construction-b')[]>(
          ['special-operation'],
          ['construction-b', 'special-operation'],
        ),
        categories: fc.constantFrom<number[]>([101, 202, 303], [404]),
        statuses: fc.uniqueArray(fc.constantFrom(...ALL_STATUSES), { minLength: 1, maxLength: 3 }),
        company: fc.constantFrom(...set.company.slice(0, 6).map(({ id }) => id)),
        validToFrom: fc.integer({ min: TODAY - 400, max: TODAY + 400 }),
        issuedFrom: fc.integer({ min: TODAY - 1500, max: TODAY }),
        issuedUntil: fc.integer({ min: TODAY - 800, max: TODAY + 10 }),
        dueFrom: fc.integer({ min: TODAY - 300, max: TODAY + 100 }),
        dueUntil: fc.integer({ min: TODAY - 100, max: TODAY + 400 }),
        validToUntil: fc.integer({ min: TODAY - 400, max: TODAY + 900 }),
      },
      { requiredKeys: [] },
    ),
  },
);

type Meaning = SearchOutput['understood'];

async function page(
  text: string,
  filter: Filter,
  offset: number,
  meaning?: Meaning,
): Promise<SearchOutput> {
  const answer = await ask<SearchOutput>(store, 'search.query', {
    text,
    filter,
    ...(meaning === undefined ? {} : { meaning }),
    offset,
    limit: 200,
  });
  return searchRoutes['search.query'].output.parse(answer);
}

async function all(text: string, filter: Filter, meaning?: Meaning) {
  const head = await page(text, filter, 0, meaning);
  const items = [...head.items];
  while (items.length < head.total) {
    const next = await page(text, filter, items.length, meaning);
    expect(next.items.length).toBeGreaterThan(0);
    items.push(...next.items);
  }
  return { head, items };
}

const IN_ORDER = ['name', 'pinyin', 'company', 'everything'];
const sorted = (ids: readonly number[]): number[] => [...ids].sort((a, b) => a - b);

describe('search against a brute-force reference', () => {
  // Would catch: a record left out or shown for another's text, a count that is not the list, a text understood as one
  // thing and searched as another, a typed operator or wildcard that means something, a row found twice.
  it('answers every text as looking at each row does', async () => {
    await fc.assert(
      fc.asyncProperty(typed, filters, async (text, filter) => {
        const expected = brute(text, filter);
        const { head, items } = await all(text, filter);
        const ids = items.map(({ id }) => id);
        const { understood, isFuzzy, byStatus, total, isTotalExact } = head;
        expect({ understood, isFuzzy, byStatus, total, isTotalExact }).toEqual({
          understood: expected.understood,
          isFuzzy: expected.isFuzzy,
          byStatus: expected.byStatus,
          total: expected.ids.length,
          isTotalExact: true,
        });
        if (IN_ORDER.includes(understood)) expect(ids).toEqual(expected.ids);
        else expect(sorted(ids)).toEqual(sorted(expected.ids));
        expect(head.others).toEqual(
          expected.others.map((other) => ({ ...other, isTotalExact: true })),
        );
        // Whoever takes an offer up gets what it said, and is offered the first meaning in turn.
        for (const { meaning, total: offered } of head.others) {
          const other = await all(text, filter, meaning);
          expect(other.head.understood).toBe(meaning);
          expect(sorted(other.items.map(({ id }) => id))).toEqual(
            sorted(brute(text, filter, meaning).ids),
          );
          expect(other.items.length).toBe(offered);
          expect(other.head.others).toEqual(
            brute(text, filter, meaning).others.map((one) => ({ ...one, isTotalExact: true })),
          );
        }
      }),
      { numRuns: 600, examples: HOSTILE.map((text) => [text, {}]) },
    );
  });

  // Would catch: a status in a list that differs from the rule pack's own answer for that row and day.
  it('shows the status that the rules give', async () => {
    const truth = new Map(
      matching(set, {}, SCOPES, TODAY, pack).map(({ row, answer }) => [row.id, answer]),
    );
    const { items } = await all('', {});
    expect(items.length).toBe(truth.size);
    for (const { id, validity } of items) {
      const { status, stage, daysLeft, deciding, soon } = validity;
      const answer = truth.get(id);
      expect({ id, status, stage, daysLeft, deciding, soon }).toEqual({
        id,
        status: answer?.status,
        stage: answer?.stage,
        daysLeft: answer?.daysLeft,
        deciding: answer?.deciding,
        soon: answer?.soon,
      });
    }
  });

  // Would catch: suggestions for digits, unmasked, out of scope, more than ten, or a count that the list does not keep.
  it('suggests what the committed query lists', async () => {
    const names = new Map(set.person.map((row) => [row.id, String(row.public.name)]));
    await fc.assert(
      fc.asyncProperty(typed, async (text) => {
        const answer = searchRoutes['search.suggest'].output.parse(
          await ask<SuggestOutput>(store, 'search.suggest', { text }),
        );
        expect(answer.items.length).toBeLessThanOrEqual(10);
        const listed = await all(text, {});
        const suggests = answer.items.length > 0;
        if (suggests) expect(answer.total).toBe(listed.head.total);
        const isWords = !/\d/.test(text.normalize('NFKC')) && text.trim() !== '';
        if (!isWords) expect(answer.items).toEqual([]);
        for (const item of answer.items) {
          if (item.type !== 'person') continue;
          expect(item.name).toBe(maskName(names.get(item.personId) ?? ''));
          expect(listed.items.map(({ id }) => id)).toContain(item.certificateId);
        }
        if (listed.head.total > 0 && isWords) expect(suggests).toBe(true);
      }),
      { numRuns: 200, examples: HOSTILE.map((text) => [text]) },
    );
  });

  // Would catch: a pasted document that is searched in part without saying so, or that stops the store.
  it('refuses ten thousand characters and goes on', async () => {
    for (const unit of ['张', '1', "'", '%', '𠮷']) {
      const text = unit.repeat(10_000);
      await expect(page(text, {}, 0)).rejects.toThrow('INPUT_INVALID');
      await expect(ask(store, 'search.suggest', { text })).rejects.toThrow('INPUT_INVALID');
    }
    expect((await page('', {}, 0)).total).toBe(500);
  });
});
