interface Place {
  readonly epoch: string;
  readonly rseq: number;
}

/**
 * The change number up to which a slice is whole; -1 where nothing proves any. Between the first and the last page
 * of a delta the cursor is ahead of it: some rows are newer than that, and what is told as a difference from there
 * on does not fit them.
 */
export function wholeUpTo(cursor: Place, proven: Place | null): number {
  return proven?.epoch === cursor.epoch ? Math.min(proven.rseq, cursor.rseq) : -1;
}
