/** Value that a share of the samples does not exceed; `share` from 0 to 1. Throws on no samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('no samples');
  return value;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** Milliseconds that the work takes. */
export async function timeMs(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Milliseconds of every single one of the inputs, one after another, after a warm-up pass. */
export async function eachMs<T>(
  inputs: readonly T[],
  work: (input: T) => unknown,
): Promise<number[]> {
  for (const input of inputs.slice(0, 20)) await work(input);
  const samples: number[] = [];
  for (const input of inputs) samples.push(await timeMs(() => work(input)));
  return samples;
}

/** Deterministic pseudo-random numbers in [0, 1) (mulberry32), so that runs can be compared. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` of the items, spread at random but the same each time. */
export function sample<T>(items: readonly T[], count: number, seed: number): T[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => items[Math.floor(random() * items.length)]).filter(
    (item): item is T => item !== undefined,
  );
}
