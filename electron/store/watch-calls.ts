import type { Status } from '../../shared/domain/model';
import type { Filter } from '../../shared/ipc/common';

/** What a person may follow. */
export type Subject =
  | { readonly kind: 'certificate' | 'person' | 'company'; readonly id: number }
  /**
   * `known`: print of the answer that the person was told last, null for none. A search for digits asks for what masks
   * hide: an answer other than the known one is logged and counted as if it had been typed.
   */
  | {
      readonly kind: 'search';
      readonly text: string;
      readonly filter: Filter;
      readonly known: string | null;
    };

/** How a subject stands now, within the session's scope. */
export interface Standing {
  /** Masked name of a person, or number of a certificate, or name of a company; null for a search. */
  readonly label: string | null;
  readonly count: number;
  readonly byStatus: Readonly<Partial<Record<Status, number>>>;
  /** Differs whenever a certificate of the subject came, went, or is of another revision or status. */
  readonly print: string;
}

/** `withheld`: a search for digits whose new answer would pass the person's measure of an hour. */
export type WatchAnswer = Standing | null | 'withheld';

/** A look-up as the person's own history shows it. */
export interface LookUp {
  readonly id: number;
  readonly atMs: number;
  readonly kind: string;
  /** null: digits were typed, of which the log keeps a tag only. */
  readonly text: string | null;
  readonly hasDigits: boolean;
  /** JSON of the filter. */
  readonly filter: string | null;
  readonly subject: number | null;
  readonly count: number;
}

/** Calls for what a person follows, and for his own look-ups. */
export interface WatchCalls {
  /** Answers in the order of the subjects; null: not in the slice or the scope. */
  watchRead: [{ readonly subjects: readonly Subject[] }, readonly WatchAnswer[]];
  /** The person's look-ups before a number, newest first, without those that he cleared away. */
  historyList: [
    { readonly userId: string; readonly before: number | null; readonly limit: number },
    readonly LookUp[],
  ];
  /** Takes all look-ups up to now out of the person's history; the log keeps them. */
  historyClear: [{ readonly userId: string }, { readonly cleared: number }];
}
