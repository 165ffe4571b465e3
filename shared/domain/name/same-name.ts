import { characters, normalizeName } from './normalize';

/**
 * Whether a name that somebody gives is the stored one, in whatever spelling of `normalizeName` either is: a signed code has the
 * register's own, which may write the dot within a name as any of its variants. A name written masked (张*三) is held against the
 * characters that it shows.
 */
export function isSameName(given: string, stored: string): boolean {
  const [a, b] = [characters(normalizeName(given)), characters(normalizeName(stored))];
  return (
    a.length === b.length && a.every((character, i) => character === '*' || character === b[i])
  );
}
