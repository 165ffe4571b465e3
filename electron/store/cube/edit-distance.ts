/**
 * True when b comes from a by one wrong, one missing, one extra or two swapped neighbouring units
 * (optimal string alignment distance of exactly or at most 1). Units are given by index.
 */
export function isOneTypo(
  lengthA: number,
  lengthB: number,
  a: (i: number) => number,
  b: (i: number) => number,
): boolean {
  const longer = Math.max(lengthA, lengthB);
  const shorter = Math.min(lengthA, lengthB);
  if (longer - shorter > 1) return false;
  let head = 0;
  while (head < shorter && a(head) === b(head)) head++;
  let tail = 0;
  while (tail < shorter - head && a(lengthA - 1 - tail) === b(lengthB - 1 - tail)) tail++;
  const same = head + tail;
  if (same >= longer - 1) return true;
  return (
    lengthA === lengthB && same === longer - 2 && a(head) === b(head + 1) && a(head + 1) === b(head)
  );
}

/** The same over the code points of two texts. */
export function isOneTypoText(a: string, b: string): boolean {
  const left = [...a];
  const right = [...b];
  return isOneTypo(
    left.length,
    right.length,
    (i) => left[i]?.codePointAt(0) ?? 0,
    (i) => right[i]?.codePointAt(0) ?? 0,
  );
}
