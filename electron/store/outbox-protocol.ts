import type { AuditRenewal } from '../../shared/protocol/commands';
import type { OutboxCommand } from '../../shared/protocol/outbox';
import type { ExportLedgerEntry } from './ledger-protocol';
import type { SavedCalls, SavedWrite } from './saved-protocol';

/**
 * Device and server do not have the same history. `ahead`: the server confirmed commands that are not here;
 * `differs`: it confirmed others than ours; `refused`: it does not take ours for the next of the chain;
 * `server-behind`: it lost what it confirmed, and gets it again.
 */
export type OutboxAlarmKind = 'ahead' | 'differs' | 'refused' | 'server-behind';

export interface OutboxAlarm {
  readonly kind: OutboxAlarmKind;
  /** The command where it shows. */
  readonly dseq: number;
  readonly atMs: number;
}

/** How the device's outbox stands. */
export interface OutboxState {
  /** Commands without a verdict of the server. */
  readonly pending: number;
  /** Refused commands that nobody has dealt with. */
  readonly rejected: number;
  /** Commands that somebody at the centre has to decide. */
  readonly underReview: number;
  /** The newest command; null before the first. */
  readonly last: { readonly dseq: number; readonly hash: string } | null;
  /**
   * The copy outside the office: `none` before `outboxOpen`; `differs` when it is of another device or
   * another history. Without `kept` nothing is appended: a wipe would lose it.
   */
  readonly mirror: 'kept' | 'none' | 'differs';
  readonly alarm: OutboxAlarm | null;
  /** The server's newest word of how far it has the chain; its statement is the proof. */
  readonly receipt: {
    readonly dseq: number;
    readonly atMs: number;
    readonly statement: string;
  } | null;
}

/** What the server said of a command. */
export interface OutboxVerdict {
  readonly dseq: number;
  readonly verdict: 'applied' | 'duplicate' | 'rejected' | 'needs-review';
  readonly reason: string | null;
}

/** A verified receipt of the server; `statement` as it was signed. `head` null: it has nothing of this device. */
export interface OutboxReceipt {
  readonly dseq: number;
  readonly head: string | null;
  readonly atMs: number;
  readonly statement: string;
}

/** A command that needs a person: refused, or waiting for somebody at the centre. */
export interface WorkItem {
  readonly dseq: number;
  readonly kind: string;
  readonly actor: string;
  readonly verdict: 'rejected' | 'needs-review';
  readonly reason: string | null;
  /** JSON of what was written; null where it is not known here any more. */
  readonly payload: string | null;
  readonly base: number | null;
  readonly madeMs: number;
  readonly judgedMs: number;
}

/** A command as its author sees it. */
export interface SentCommand {
  readonly dseq: number;
  /** ULID of the command. */
  readonly key: string;
  readonly atMs: number;
  readonly verdict: OutboxVerdict['verdict'] | null;
  readonly reason: string | null;
  /** When the centre's verdict was given; null while there is none. */
  readonly judgedMs: number | null;
  /** JSON of what was written; null where it is not known here any more. */
  readonly payload: string | null;
}

/** How the audit log's way to the centre stands. */
export interface AuditUplink {
  /** The last entry that went into a page. */
  readonly after: number;
  /** The centre refused a page: nothing more is handed in until it accepts what the device states. */
  readonly isHeld: boolean;
  /** What has to be stated now; null where nothing has, or it was and waits. */
  readonly toState: AuditRenewal | null;
}

/** What somebody wrote, as it is kept. */
export interface PlainWords {
  readonly dseq: number;
  readonly kind: string;
  readonly payload: string;
}

export interface SealedWords {
  readonly dseq: number;
  readonly before: string;
  readonly sealed: string;
}

/** Calls of the outbox. Every one may also fail with a documented code. */
export interface OutboxCalls extends SavedCalls {
  /**
   * Brings the journal and its copy outside the office in step: rows that the copy lacks are added to
   * it; commands that only the copy has (a journal restored from a backup) are taken into the journal
   * when `signKey` (SPKI DER) signed them and the chain holds.
   */
  outboxOpen: [{ readonly mirrorPath: string; readonly signKey: Uint8Array }, OutboxState];
  outboxState: [Record<string, never>, OutboxState];
  /**
   * Adds the next command of the chain together with its audit entry, its readable content (`draft`) and
   * its copy: all or nothing, and nothing at all for a key that is there already. `settles` is the open work
   * item that it replaces. Fails with OUTBOX_DIFFERS where there is no copy in step, OUTBOX_ITEM_SETTLED.
   */
  outboxAppend: [
    {
      readonly command: OutboxCommand;
      /** null: the command is about entries of the log itself. */
      readonly audit: {
        readonly kind: string;
        readonly actor: string;
        readonly payload: Readonly<Record<string, unknown>>;
      } | null;
      readonly draft?: string;
      readonly settles?: number;
      /** A fact of the journal that becomes true with the command. */
      readonly fact?: { readonly name: string; readonly value: string };
      /** The export that it is about, kept with it. */
      readonly ledger?: ExportLedgerEntry;
      /** The person's saved item as it is from now on. */
      readonly saved?: SavedWrite;
    },
    OutboxState,
  ];
  /** Commands to send, in order: those without a verdict, or all from a number on. */
  outboxPending: [
    { readonly from: number | null; readonly limit: number },
    readonly OutboxCommand[],
  ];
  /**
   * Keeps what the server said. A receipt that contradicts the chain keeps nothing of the answer and raises
   * the alarm; an answer that fits ends it.
   */
  outboxVerdicts: [
    { readonly verdicts: readonly OutboxVerdict[]; readonly receipt: OutboxReceipt },
    OutboxState,
  ];
  /**
   * Takes the device's own commands back from the server, where the journal is an older one: each signed by
   * `signKey` and next in the chain. Fails with OUTBOX_DIFFERS and takes nothing otherwise.
   */
  outboxAdopt: [
    {
      readonly entries: readonly {
        readonly command: OutboxCommand;
        readonly verdict: OutboxVerdict['verdict'];
        readonly reason: string | null;
      }[];
      readonly signKey: Uint8Array;
    },
    OutboxState,
  ];
  /** Open work items, newest first; of one person, or of all where `actor` is null. */
  outboxItems: [{ readonly actor: string | null }, readonly WorkItem[]];
  /** What a person sent of a kind, newest first. */
  outboxSent: [
    { readonly kind: string; readonly actor: string; readonly limit: number },
    readonly SentCommand[],
  ];
  /** Words that a program of before kept unsealed, of the kinds that hold what somebody wrote about others; 200 at most. */
  outboxPlainWords: [Record<string, never>, readonly PlainWords[]];
  /** Puts sealed words in the place of plain ones, where those are still there; the plain ones leave the file with a call without rows. */
  outboxSealWords: [{ readonly rows: readonly SealedWords[] }, Record<string, never>];
  /** Numbers of commands under review at the centre, the oldest first. */
  outboxUnderReview: [{ readonly limit: number }, readonly number[]];
  /** Takes decisions of persons on commands that were under review; of any other nothing. */
  outboxDecided: [{ readonly verdicts: readonly OutboxVerdict[] }, OutboxState];
  auditUplink: [Record<string, never>, AuditUplink];
  /** Headers and macs of the audit chain after an entry, in order. */
  auditHeaders: [
    { readonly after: number; readonly limit: number },
    readonly { readonly header: string; readonly mac: string }[],
  ];
  /** Puts a refused command aside with a note. Fails with OUTBOX_ITEM_SETTLED. */
  outboxDismiss: [
    { readonly dseq: number; readonly actor: string; readonly note: string },
    OutboxState,
  ];
}
