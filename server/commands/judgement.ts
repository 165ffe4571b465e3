import type { Verdict } from '../store/outbox';

/** What the server says of a command, and what the command is about. */
export interface Judgement {
  readonly verdict: Verdict;
  /** A word that pages know (`outbox.reason-…`); null where there is nothing to explain. */
  readonly reason: string | null;
  readonly subject: string | null;
}
