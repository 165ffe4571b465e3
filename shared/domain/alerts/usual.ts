/** Middle of numbers; of an even count the mean of the two middle ones. Null for none. */
export function median(numbers: readonly number[]): number | null {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2;
}

/** Makes the median of absolute deviations comparable with a standard deviation of a normal spread. */
const MAD_SCALE = 1.4826;
/** Who does the same number every day still has days that are a little busier. */
const LEAST_SPREAD = 0.15;

/**
 * A usual number and the one that is far above it, by median and median absolute deviation: one wild day among the former
 * moves neither, so that nobody makes room by growing slowly for a day or two. Null without numbers.
 */
export function usualAndFar(
  former: readonly number[],
  spreads: number,
  floor: number,
): { readonly usual: number; readonly far: number } | null {
  const usual = median(former);
  if (usual === null) return null;
  const mad = median(former.map((one) => Math.abs(one - usual))) ?? 0;
  const spread = Math.max(mad * MAD_SCALE, usual * LEAST_SPREAD, 1);
  return { usual, far: Math.max(floor, Math.ceil(usual + spreads * spread)) };
}
