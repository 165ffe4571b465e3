import type { OutboxCommand } from '../../shared/protocol/outbox';

/** How the device's outbox stands. */
export interface OutboxState {
  /** Commands without a verdict of the server. */
  readonly pending: number;
  readonly rejected: number;
  /** The newest command; null before the first. */
  readonly last: { readonly dseq: number; readonly hash: string } | null;
  /**
   * The copy outside the office: `none` before `outboxOpen`; `differs` when it is of another device or
   * another history. Without `kept` nothing is appended: a wipe would lose it.
   */
  readonly mirror: 'kept' | 'none' | 'differs';
}

/** What the server said of a command. */
export interface OutboxVerdict {
  readonly dseq: number;
  readonly verdict: 'applied' | 'duplicate' | 'rejected' | 'needs-review';
  readonly reason: string | null;
}

/** A verified receipt of the server; `statement` as it was signed. */
export interface OutboxReceipt {
  readonly dseq: number;
  readonly head: string;
  readonly atMs: number;
  readonly statement: string;
}

/** Calls of the outbox. Every one may also fail with a documented code. */
export interface OutboxCalls {
  /**
   * Brings the journal and its copy outside the office in step: rows that the copy lacks are added to
   * it; commands that only the copy has (a journal restored from a backup) are taken into the journal
   * when `signKey` (SPKI DER) signed them and the chain holds.
   */
  outboxOpen: [{ readonly mirrorPath: string; readonly signKey: Uint8Array }, OutboxState];
  outboxState: [Record<string, never>, OutboxState];
  /**
   * Adds the next command of the chain together with its audit entry and its copy: all or nothing, and
   * nothing at all for a key that is there already.
   * Fails with OUTBOX_DIFFERS where there is no copy in step.
   */
  outboxAppend: [
    {
      readonly command: OutboxCommand;
      readonly audit: {
        readonly kind: string;
        readonly actor: string;
        readonly payload: Readonly<Record<string, unknown>>;
      };
    },
    OutboxState,
  ];
  /** Commands to send, in order: those without a verdict, or all from a number on. */
  outboxPending: [
    { readonly from: number | null; readonly limit: number },
    readonly OutboxCommand[],
  ];
  outboxVerdicts: [
    { readonly verdicts: readonly OutboxVerdict[]; readonly receipt: OutboxReceipt | null },
    OutboxState,
  ];
}
