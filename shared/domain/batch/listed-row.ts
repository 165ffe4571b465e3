import type { BatchRow } from './read-row';

/** A row of a list as it was read: what is to be judged, and what of it may be kept. */
export interface ListedRow {
  /** Line in the list, from 1. */
  readonly line: number;
  /** Masked, as a kept row has them. */
  readonly name: string;
  readonly id: string;
  readonly about: BatchRow;
}
