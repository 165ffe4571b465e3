import type { Verdict } from '../store/outbox';

/** What the server says of a command, and what the command is about. */
export interface Judgement {
  readonly verdict: Verdict;
  /** A word that pages know (`outbox.reason-…`); null where there is nothing to explain. */
  readonly reason: string | null;
  readonly subject: string | null;
}

/** Of a signature that does not count: one that came too late waits for persons, every other is refused. */
export const withoutSigner = (reason: string): Judgement => ({
  verdict: reason === 'signer-late' ? 'needs-review' : 'rejected',
  reason,
  subject: null,
});
