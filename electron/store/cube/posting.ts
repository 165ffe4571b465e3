import type { Steps } from './steps';

/** Which of many numbered texts have a key, as one array: the numbers of a key stand together, ascending. */
export interface Posting {
  /** Where a key's numbers begin in `items`, and one behind the last. */
  readonly starts: Uint32Array;
  readonly items: Uint32Array;
}

/** Calls `tell` with each key of text i. */
type KeysOf = (i: number, tell: (key: number) => void) => void;

/** Texts between two pauses: well below a millisecond. */
const TEXTS_PER_STEP = 1_024;

/** Sorts numbers by key in two passes; a key that a text has twice counts once. */
export function* postingSteps(count: number, keys: number, keysOf: KeysOf): Steps<Posting> {
  const starts = new Uint32Array(keys + 1);
  const seen = new Uint32Array(keys);
  for (let i = 0; i < count; i++) {
    keysOf(i, (key) => {
      if (seen[key] === i + 1) return;
      seen[key] = i + 1;
      starts[key + 1] = (starts[key + 1] ?? 0) + 1;
    });
    if (i % TEXTS_PER_STEP === 0) yield;
  }
  for (let key = 0; key < keys; key++)
    starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0);
  const items = new Uint32Array(starts[keys] ?? 0);
  const next = starts.slice(0, keys);
  seen.fill(0);
  for (let i = 0; i < count; i++) {
    keysOf(i, (key) => {
      if (seen[key] === i + 1) return;
      seen[key] = i + 1;
      const at = next[key] ?? 0;
      items[at] = i;
      next[key] = at + 1;
    });
    if (i % TEXTS_PER_STEP === 0) yield;
  }
  return { starts, items };
}

/** The numbers of keys `from` to `to` (not included): for one key ascending. */
export function itemsOf({ starts, items }: Posting, from: number, to = from + 1): Uint32Array {
  return items.subarray(starts[from], starts[to]);
}

/** Numbers that are in one or both of two ascending lists, ascending. */
export function unionOf(a: Uint32Array, b: Uint32Array): Uint32Array {
  const both = new Uint32Array(a.length + b.length);
  let count = 0;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i] ?? Number.POSITIVE_INFINITY;
    const right = b[j] ?? Number.POSITIVE_INFINITY;
    if (left <= right) i++;
    if (right <= left) j++;
    both[count++] = Math.min(left, right);
  }
  return both.subarray(0, count);
}
