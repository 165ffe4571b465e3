import { type ByteSource, discreteLaplace, type Epsilon } from './discrete-laplace';

/** A table of counts: every record counts in exactly one cell, so that one record changes one cell by 1. */
export interface CountTable {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** [row][column] */
  readonly counts: readonly (readonly number[])[];
}

/** What may leave the office. */
export interface NoisyTable {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** [row][column]; null: suppressed because it is small. */
  readonly cells: readonly (readonly (number | null)[])[];
  /** Sums of the cells that are shown, not counts of their own: they agree with the cells, and cost nothing. */
  readonly rowSums: readonly number[];
  readonly columnSums: readonly number[];
  readonly sum: number;
  readonly suppressed: number;
}

/**
 * Noise on every cell; then, from the noisy figures alone, small ones are suppressed and sums are made. What is made
 * from noisy figures tells no more than they do, so that suppressing does not say which true counts are small.
 * @throws RangeError when the counts do not fit the heads or are no whole numbers from 0.
 */
export function noisyTable(
  { rows, columns, counts }: CountTable,
  options: { readonly epsilon: Epsilon; readonly least: number; readonly next: ByteSource },
): NoisyTable {
  if (counts.length !== rows.length) throw new RangeError('rows');
  const cells = counts.map((line) => {
    if (line.length !== columns.length) throw new RangeError('columns');
    return line.map((count) => {
      if (!Number.isSafeInteger(count) || count < 0) throw new RangeError('count');
      const noisy = count + discreteLaplace(options.next, options.epsilon);
      return noisy < options.least ? null : noisy;
    });
  });
  const total = (values: readonly (number | null)[]): number =>
    values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const rowSums = cells.map(total);
  return {
    rows,
    columns,
    cells,
    rowSums,
    columnSums: columns.map((_, at) => total(cells.map((line) => line[at] ?? null))),
    sum: total(rowSums),
    suppressed: cells.flat().filter((value) => value === null).length,
  };
}
