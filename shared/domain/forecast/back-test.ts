/** How well probabilities foretold outcomes. Shares 0–1; where nothing could be counted, 0. */
export interface Marks {
  /** Named rightly, lapse or not. */
  readonly accuracy: number;
  /** Of those that lapsed, the share that was named. */
  readonly recall: number;
  /** Of those named, the share that lapsed. */
  readonly precision: number;
  /** Mean squared distance of probability and outcome: 0 best. */
  readonly brier: number;
}

export interface CalibrationPoint {
  /** Mean probability of the group. */
  readonly foretold: number;
  /** Share of it that lapsed. */
  readonly happened: number;
  readonly count: number;
}

/**
 * Marks when the `named` most probable are named. Where the last of them ties with others, as many of the tied as fit
 * are named at random: the expected marks. So constant probabilities are judged like a lottery, not by order of rows.
 */
export function marksOf(
  probabilities: ArrayLike<number>,
  outcomes: Uint8Array,
  named: number,
): Marks {
  const count = outcomes.length;
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0),
  );
  let lapsed = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    lapsed += outcomes[i] ?? 0;
    squares += ((probabilities[i] ?? 0) - (outcomes[i] ?? 0)) ** 2;
  }
  let hits = 0;
  for (let from = 0; from < Math.min(named, count); ) {
    let end = from;
    let inTie = 0;
    const value = probabilities[order[from] ?? 0];
    while (end < count && probabilities[order[end] ?? 0] === value)
      inTie += outcomes[order[end++] ?? 0] ?? 0;
    hits += inTie * Math.min(1, (named - from) / (end - from));
    from = end;
  }
  const part = (a: number, b: number): number => (b === 0 ? 0 : a / b);
  return {
    accuracy: part(count - lapsed - named + 2 * hits, count),
    recall: part(hits, lapsed),
    precision: part(hits, named),
    brier: part(squares, count),
  };
}

/** Groups of about equal size from the least probable to the most. */
export function calibrationOf(
  probabilities: ArrayLike<number>,
  outcomes: Uint8Array,
  groups: number,
): readonly CalibrationPoint[] {
  const count = outcomes.length;
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => (probabilities[a] ?? 0) - (probabilities[b] ?? 0),
  );
  return Array.from({ length: groups }, (_, g) => {
    const members = order.subarray(
      Math.floor((g * count) / groups),
      Math.floor(((g + 1) * count) / groups),
    );
    let foretold = 0;
    let happened = 0;
    for (const i of members) {
      foretold += probabilities[i] ?? 0;
      happened += outcomes[i] ?? 0;
    }
    const size = Math.max(1, members.length);
    return { foretold: foretold / size, happened: happened / size, count: members.length };
  }).filter(({ count: size }) => size > 0);
}
