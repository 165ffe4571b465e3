import type { QueryEntry } from './protocol';
import type { Standing } from './watch-calls';

/** A standing as the reader has it, with what the journal has to keep before it is told. */
export interface ReadStanding {
  readonly standing: Standing | null;
  readonly log: QueryEntry | null;
}
