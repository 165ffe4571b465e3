const DAY_MS = 86_400_000;
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** 1284 → "1,284". The same in all three languages, as the documents write it. */
export function formatCount(value: number): string {
  return grouped.format(value);
}

/** Share of a whole in per cent with one decimal, "–" when there is no whole. */
export function formatShare(part: number, whole: number): string {
  return whole > 0 ? `${((part / whole) * 100).toFixed(1)}%` : '–';
}

/** Days since 1970-01-01 → "2026-11-23". */
export function formatDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Milliseconds UTC → "2026-11-23 14:06" on the Asia/Shanghai clock. */
export function formatTime(ms: number): string {
  return new Date(ms + SHANGHAI_OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');
}

let trustedDay = 0;

/** Main's day: its time is the centre's where it answered, and no clock that is set back or runs ahead turns it. */
export function trustDay(day: number): void {
  trustedDay = day;
}

/**
 * Today as days since 1970-01-01 on the Asia/Shanghai calendar: the day that main and the store judge by, which main tells
 * anew when it turns. The machine's own clock counts before main has told one.
 */
export function today(): number {
  return trustedDay > 0 ? trustedDay : Math.floor((Date.now() + SHANGHAI_OFFSET_MS) / DAY_MS);
}

/** First and last day of a month; month counts from 1. */
export function monthDays(
  year: number,
  month: number,
): { readonly first: number; readonly last: number } {
  return {
    first: Date.UTC(year, month - 1, 1) / DAY_MS,
    last: Date.UTC(year, month, 1) / DAY_MS - 1,
  };
}

/** Year and month (from 1) of a day. */
export function monthOf(day: number): { readonly year: number; readonly month: number } {
  const date = new Date(day * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 };
}

/** 1536 → "1.5 kB"; decimal units as on the line. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  let value = bytes / 1000;
  let unit = 0;
  // 999.5 rounds to four digits, which is the next unit's business.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? 'GB'}`;
}

/** Keeps a date, number or code left-to-right inside a sentence of either direction. */
export function isolate(text: string | number): string {
  return `\u2066${text}\u2069`;
}

/** Keeps words apart inside a sentence, in their own direction: a sentence of a language, or what a person wrote. */
export function isolateText(text: string): string {
  return `\u2068${text}\u2069`;
}
