import { NUMBER_FORMS } from '../../../shared/domain/model';
import { normalizeName } from '../../../shared/domain/name/normalize';
import { createPinyinMemo, pinyinKeys } from '../../../shared/domain/name/pinyin';
import type { RulePack } from '../../../shared/domain/policy/rule-pack';
import type { Filter } from '../../../shared/ipc/common';
import { matching } from './brute';
import type { FixtureRow, FixtureSet } from './rows';

/**
 * What the one search box must answer, said the slow and obvious way: every way in which a text can be meant is a
 * predicate over plain rows, looked at one by one. Shares with the product only the spelling of names and the table
 * of readings.
 */

interface Held {
  readonly name: string;
  readonly idNumber: string;
  readonly phone: string;
  readonly isResident: boolean;
  readonly company: string;
  readonly uscc: string;
  readonly own: string;
  readonly sealed: string;
  readonly form: number;
}
/** 1 exact, 2 begins, 3 contains, 4 a typo away; 0 does not match. */
type Rank = 0 | 1 | 2 | 3 | 4;
interface Way {
  readonly understood: string;
  readonly isFuzzy?: boolean;
  readonly rank: (held: Held) => Rank;
}
export interface BruteAnswer {
  readonly understood: string;
  readonly isFuzzy: boolean;
  /** In order of rank, then of id. */
  readonly ids: readonly number[];
  readonly byStatus: Readonly<Record<string, number>>;
  /** Other meanings that find something, with how much. */
  readonly others: readonly { readonly meaning: string; readonly total: number }[];
}

const memo = createPinyinMemo();
const when = (isMatch: boolean): Rank => (isMatch ? 1 : 0);
const noDots = (text: string): string => text.replaceAll('·', '');

function place(inside: string, text: string): Rank {
  if (text === '' || !inside.includes(text)) return 0;
  return inside === text ? 1 : inside.startsWith(text) ? 2 : 3;
}

const best = (...ranks: readonly Rank[]): Rank =>
  ranks.reduce((a, b) => (a === 0 ? b : b === 0 ? a : a < b ? a : b), 0);

/** Optimal string alignment distance over code points, by the full table. */
function distance(left: string, right: string): number {
  const a = [...left];
  const b = [...right];
  const d = a.map(() => b.map(() => 0));
  const at = (i: number, j: number): number => (i < 0 ? j + 1 : j < 0 ? i + 1 : (d[i]?.[j] ?? 0));
  a.forEach((x, i) => {
    b.forEach((y, j) => {
      let least = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (x === y ? 0 : 1),
      );
      if (x === b[j - 1] && y === a[i - 1] && i > 0 && j > 0)
        least = Math.min(least, at(i - 2, j - 2) + 1);
      (d[i] as number[])[j] = least;
    });
  });
  return a.length === 0 || b.length === 0
    ? Math.max(a.length, b.length)
    : at(a.length - 1, b.length - 1);
}

/** Whether the text spells the name from its start, each character as itself or as the start of its syllable. */
function mixed(name: string, typed: string): Rank {
  const all = [...noDots(name)].filter((character) => character !== ' ');
  const { syllables } = pinyinKeys(name, memo);
  let rests = new Set([noDots(typed)]);
  let rank: Rank = 0;
  all.forEach((character, i) => {
    const next = new Set<string>();
    const syllable = syllables[i] ?? '';
    for (const rest of rests) {
      if (rest.startsWith(character)) next.add(rest.slice(character.length));
      for (let n = 1; n <= syllable.length; n++)
        if (rest.startsWith(syllable.slice(0, n))) next.add(rest.slice(n));
    }
    if (next.has('')) rank = i === all.length - 1 ? 1 : rank === 0 ? 2 : rank;
    next.delete('');
    rests = next;
  });
  return rank;
}

function typo(name: string, typed: string): Rank {
  const text = [...typed];
  if (text.length < 2) return 0;
  const isNear = (a: string, b: string): boolean => {
    if (distance(a, b) > 1) return false;
    if (text.length > 2) return true;
    // Of two characters a wrong one must sound alike, or every bearer of the surname would match.
    const other = [...a];
    if (other.length === 1) return false;
    const isSwapped = other.length === 2 && other[0] === text[1] && other[1] === text[0];
    return other.length !== 2 || isSwapped || pinyinKeys(a, memo).full === pinyinKeys(b, memo).full;
  };
  return isNear(name, typed) || (name.includes('·') && isNear(noDots(name), noDots(typed))) ? 4 : 0;
}

const fold = (text: string): string =>
  text
    .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[A-Z]/g, (c) => c.toLowerCase());
const byCompany = (text: string): Way => ({
  understood: 'company',
  rank: ({ company }) => {
    const rank = place(fold(company), fold(text));
    return rank === 1 ? 2 : rank;
  },
});

function wordWays(plain: string): Way[] {
  const latin = plain
    .toLowerCase()
    .replace(/[\s'’]/g, '')
    .replaceAll('ü', 'v');
  const company = byCompany(plain);
  const keys = (held: Held): { full: string; initials: string } => pinyinKeys(held.name, memo);
  if (/^[a-z]+$/.test(latin))
    return [
      {
        understood: 'pinyin',
        rank: (held) => {
          const { full, initials } = keys(held);
          if (full === latin || initials === latin) return 1;
          return full.startsWith(latin) || initials.startsWith(latin) ? 2 : 0;
        },
      },
      company,
      {
        understood: 'pinyin',
        isFuzzy: true,
        rank: (held) => (latin.length >= 5 && distance(keys(held).full, latin) <= 1 ? 4 : 0),
      },
    ];
  if (/\p{Script=Han}/u.test(plain) && /[a-z]/.test(latin))
    return [{ understood: 'name', rank: ({ name }) => mixed(name, latin) }, company];
  return [
    {
      understood: 'name',
      rank: ({ name }) =>
        best(
          place(name, plain),
          name.includes('·') ? place(noDots(name), noDots(plain)) : (0 as Rank),
        ),
    },
    company,
    { understood: 'name', isFuzzy: true, rank: ({ name }) => typo(name, plain) },
  ];
}

const upperId = (text: string): string =>
  text.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '');

function numberWays(plain: string, all: readonly Held[]): Way[] {
  const compact = plain.toUpperCase().replace(/[\s\-—·]/g, '');
  const ways: Way[] = [];
  const isT = /^T\d{17}[\dX]$/.test(compact);
  const whole = isT ? compact.slice(1) : compact;
  if (/^(\d{15}|\d{17}[\dX]|[A-Z]{1,2}\d{7,10})$/.test(whole)) {
    ways.push({
      understood: isT ? 'certificate-number' : 'id-number',
      rank: (held) => {
        const isSame = held.idNumber === whole || upgraded(whole) === held.idNumber;
        if (isT) return when(isSame && held.form === NUMBER_FORMS['T-id']);
        return when(isSame || held.sealed === whole || held.sealed === upgraded(whole));
      },
    });
  }
  const fragment = (understood: string, has: (held: Held) => boolean): void => {
    ways.push({ understood, rank: (held) => when(has(held)) });
  };
  const birth = ({ isResident, idNumber }: Held): string =>
    !isResident
      ? ''
      : idNumber.length === 18
        ? idNumber.slice(6, 14)
        : `19${idNumber.slice(6, 12)}`;
  const ends = (text: string, end: string): boolean =>
    text.length > end.length && text.endsWith(end);
  if (/^1\d{10}$/.test(compact)) fragment('phone-tail', (held) => held.phone === compact);
  else if (/^\d{8}$/.test(compact)) fragment('id-fragment', (held) => birth(held) === compact);
  else if (/^\d{5}[\dX]$/.test(compact))
    fragment(
      'id-fragment',
      (held) =>
        ends(held.idNumber, compact) || (held.isResident && held.idNumber.startsWith(compact)),
    );
  else if (/^\d{3}[\dX]$/.test(compact))
    fragment('id-fragment', (held) => ends(held.idNumber, compact) || ends(held.phone, compact));
  if (/^[0-9A-HJ-NP-RT-UWXY]{18}$/.test(compact)) fragment('uscc', ({ uscc }) => uscc === compact);
  const number = (text: string): Way => {
    const wide = text.replaceAll('(', '（').replaceAll(')', '）');
    const isExact = (own: string): boolean => own === text || own === wide;
    const hasExact = all.some(({ own }) => isExact(own));
    return {
      understood: 'certificate-number',
      rank: ({ own, sealed }) =>
        when(
          isExact(own) ||
            sealed === upperId(text) ||
            (!hasExact &&
              text.length >= 4 &&
              own !== '' &&
              (own.startsWith(text) || own.startsWith(wide))),
        ),
    };
  };
  ways.push(number(compact));
  if (plain !== compact) ways.push(number(plain));
  if (/\p{L}/u.test(plain)) ways.push(byCompany(plain));
  return ways;
}

/** A first-generation number with its century and check character; anything else as it is. */
function upgraded(text: string): string {
  if (!/^\d{15}$/.test(text)) return text;
  const first17 = `${text.slice(0, 6)}19${text.slice(6)}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, i) => total + weight * Number(first17[i]), 0);
  return first17 + '10X98765432'.charAt(sum % 11);
}

/** Answers searches over one set from its plain rows. */
export function bruteSearch(
  set: FixtureSet,
  scopes: readonly string[],
  day: number,
  pack: RulePack,
) {
  const byId = <T extends FixtureRow>(rows: readonly T[]): Map<number, T> =>
    new Map(rows.map((row) => [row.id, row]));
  const persons = byId(set.person);
  const companies = byId(set.company);
  const text = (value: unknown): string => (value === undefined ? '' : String(value));
  const held = new Map(
    set.certificate.map((row): [number, Held] => {
      const person = persons.get(Number(row.public.holder));
      const company = companies.get(Number(row.public.company));
      return [
        row.id,
        {
          name: normalizeName(text(person?.public.name)),
          idNumber: upperId(text(person?.private?.idNumber)),
          phone: text(person?.private?.phone),
          isResident: person?.private?.idType === 1,
          company: text(company?.public.name),
          uscc: text(company?.public.uscc),
          own: text(row.public.number),
          sealed: upperId(text(row.private?.number)),
          form: Number(row.public.numberForm),
        },
      ];
    }),
  );
  const all = [...held.values()];
  return (typed: string, filter: Filter, meaning?: string): BruteAnswer => {
    const whole = typed.replace(/\p{Surrogate}/gu, '\ufffd');
    const plain = normalizeName(whole).replaceAll('（', '(').replaceAll('）', ')');
    const everyWay: Way[] =
      plain === ''
        ? [{ understood: 'everything', rank: () => 1 }]
        : /\d/.test(plain)
          ? numberWays(plain, all)
          : wordWays(plain);
    const { statuses, ...others } = filter;
    const inFilter = matching(set, others, scopes, day, pack);
    const look = ({ rank }: Way) => {
      const found = inFilter
        .map(({ row, answer }) => ({
          id: row.id,
          status: answer.status,
          rank: rank(held.get(row.id) as Held),
        }))
        .filter((one) => one.rank > 0)
        .sort((a, b) => a.rank - b.rank || a.id - b.id);
      return { found, ids: found.filter(({ status }) => statuses?.includes(status) ?? true) };
    };
    const othersThan = (understood: string) => {
      const totals = new Map<string, number>();
      for (const way of everyWay) {
        if (way.understood === understood || way.isFuzzy || totals.has(way.understood)) continue;
        // Firms are not offered for digits.
        if (way.understood === 'company' && /\d/.test(plain)) continue;
        const { length } = look(way).ids;
        if (length > 0) totals.set(way.understood, length);
      }
      return [...totals].map(([other, total]) => ({ meaning: other, total }));
    };
    const ways = everyWay.filter((way) => meaning === undefined || way.understood === meaning);
    for (const way of ways) {
      const { found, ids } = look(way);
      if (found.length === 0) continue;
      const { understood } = way;
      const byStatus: Record<string, number> = {};
      for (const { status } of found) byStatus[status] = (byStatus[status] ?? 0) + 1;
      return {
        understood,
        isFuzzy: way.isFuzzy ?? false,
        ids: ids.map(({ id }) => id),
        byStatus,
        others: othersThan(understood),
      };
    }
    const understood = meaning ?? ways[0]?.understood ?? '';
    return { understood, isFuzzy: false, ids: [], byStatus: {}, others: othersThan(understood) };
  };
}
