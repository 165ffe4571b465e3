import { characters, isNameDot, normalizeName } from './normalize';

/**
 * Masked name by code point: 张三 → 张*, 张小三 → 张*三, 欧阳建国 → 欧**国. In a name with dots only the
 * first character stays, and the dots: 买买提·吐尔逊 → 买**·***. A single character is hidden.
 */
export function maskName(name: string): string {
  const all = characters(normalizeName(name));
  if (all.length <= 1) return '*'.repeat(all.length);
  const hasDot = all.some(isNameDot);
  const lastShown = hasDot || all.length === 2 ? -1 : all.length - 1;
  return all
    .map((character, i) => (i === 0 || i === lastShown || isNameDot(character) ? character : '*'))
    .join('');
}
