import { type Day, dayOf } from '../../kernel/day';

/**
 * The last day that a text says. `month`: it names a month alone; `day` is its last one. `unreadable`: it says a day that cannot
 * be read, or only a first one. Nothing at all: `none`.
 */
export type ReadEnd = { readonly day: Day; readonly by: 'day' | 'month' } | 'none' | 'unreadable';

/** One separator throughout, 年月日, or eight digits; without a day it is a month, unless more of a date follows. */
const DATES =
  /(?<!\d)(?:(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)|(\d{4})年(\d{1,2})月(\d{1,2})日?(?!\d)|(\d{4})(\d{2})(\d{2})(?!\d)|(\d{4})[-/.](\d{1,2})(?!\d|[-/.](?!\d{4}(?!\d))\d)|(\d{4})年(\d{1,2})月(?!\d))/gu;
const ENDLESS = /长期|长久|永久/u;
/** Behind the last date: it is the first day of something (起6年, 至, …). */
const BEGINS = /起|年|至|到(?!期)|[~—–]/u;

/** Reads 2027-02-28, 2027/2/28, 2027.2.28, 2027年2月28日, 20270228, 2027年2月; of a range (…至…) the end. */
export function readEnd(text: string): ReadEnd {
  const plain = text.normalize('NFKC').replace(/\s?([年月日])\s?/gu, '$1');
  const found = [...plain.matchAll(DATES)];
  const last = found.at(-1);
  const behind = last === undefined ? plain : plain.slice(last.index + last[0].length);
  if (ENDLESS.test(behind)) return 'none';
  if (last === undefined) return /\d/u.test(plain) ? 'unreadable' : 'none';
  const isBegin = BEGINS.test(behind) || (found.length === 1 && /[自从]/u.test(plain));
  if (isBegin) return 'unreadable';
  const [year, month, date] = partsOf(last);
  const by = date === undefined ? 'month' : 'day';
  const day =
    date === undefined
      ? lastDayOf(Number(year), Number(month))
      : dayOf(Number(year), Number(month), Number(date));
  return day === undefined ? 'unreadable' : { day, by };
}

/** Year, month and day of a match, whichever way it is written. */
function partsOf([, ...g]: RegExpMatchArray): readonly (string | undefined)[] {
  if (g[0] !== undefined) return [g[0], g[2], g[3]];
  const at = [4, 7, 10, 12].find((i) => g[i] !== undefined) ?? 4;
  return [g[at], g[at + 1], at < 10 ? g[at + 2] : undefined];
}

function lastDayOf(year: number, month: number): Day | undefined {
  const first = dayOf(year, month, 1);
  const next = month === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, month + 1, 1);
  return first === undefined || next === undefined ? undefined : next - 1;
}

/** Whether two days are of one month. */
export function isSameMonth(a: Day, b: Day): boolean {
  const month = (day: Day) => new Date(day * 86_400_000).toISOString().slice(0, 7);
  return month(a) === month(b);
}
