import type { ListedRow } from '../../shared/domain/batch/listed-row';
import type { BatchRow } from '../../shared/domain/batch/read-row';
import type { BatchReason, BatchVerdict } from '../../shared/domain/batch/verdicts';
import type { ReadKind, Status } from '../../shared/domain/model';
import type { Day } from '../../shared/kernel/day';

/** What a row came to, with what the slice says of the certificate, masked. */
export interface JudgedRow {
  readonly verdict: BatchVerdict;
  readonly reason: BatchReason;
  /** The certificate that decided; null where none or several were found. */
  readonly certificateId: number | null;
  readonly number: string | null;
  readonly kind: ReadKind | null;
  readonly validTo: Day | null;
  /** Certificates that fit. */
  readonly found: number;
  /** Those that decided together, where they are several of one person and one status. */
  readonly among?: readonly number[];
}

/** A row as it is kept: nothing of what was typed in but masked names and numbers. */
export interface KeptRow extends JudgedRow {
  /** Line in the list, from 1. */
  readonly line: number;
  readonly name: string;
  readonly id: string;
}

export interface BatchHead {
  readonly id: string;
  readonly title: string;
  readonly userId: string;
  readonly atMs: number;
  readonly rows: number;
  /** Rows by verdict. */
  readonly counts: Readonly<Partial<Record<BatchVerdict, number>>>;
}

/** A row's status as it was kept. */
export interface BatchStatusRow {
  readonly line: number;
  readonly status: Status;
  /** Empty: kept by a program that did not keep which ones decided. */
  readonly certificates: readonly number[];
}

/** Calls of batch verification: judging reads the slice, keeping writes the journal. Nothing changes a certificate. */
export interface BatchCalls {
  /** Answers in the order of the rows, 1,000 at most. */
  batchJudge: [{ readonly rows: readonly BatchRow[] }, readonly JudgedRow[]];
  /** Status of each certificate now; null where it is not here or not in scope. 1,000 at most. */
  batchStanding: [
    { readonly ids: readonly number[] },
    { readonly statuses: readonly (Status | null)[] },
  ];
  /** Judges rows and keeps what they came to (`batchKeep`); 1,000 at most. Answers how many came to what. */
  batchStep: [
    { readonly batch: string; readonly rows: readonly ListedRow[] },
    { readonly counts: Readonly<Partial<Record<BatchVerdict, number>>> },
  ];
  /** Keeps rows of a batch that is not visible before its end. */
  batchKeep: [{ readonly batch: string; readonly rows: readonly KeptRow[] }, Record<string, never>];
  /** Makes the batch visible, with its audit entry, in one transaction. */
  batchEnd: [BatchHead, Record<string, never>];
  /** Newest first; only this person's. */
  batchList: [{ readonly userId: string; readonly limit: number }, readonly BatchHead[]];
  batchRows: [
    {
      readonly batch: string;
      readonly userId: string;
      readonly verdicts: readonly BatchVerdict[] | null;
      /** These lines of the list alone; absent: all. */
      readonly lines?: readonly number[] | undefined;
      readonly offset: number;
      readonly limit: number;
    },
    { readonly rows: readonly KeptRow[]; readonly total: number },
  ];
  /** Rows behind a line that came to a status, each with the certificates that it is of; 1,000 at most. Throws BATCH_GONE. */
  batchStatuses: [
    { readonly batch: string; readonly userId: string; readonly after: number },
    { readonly rows: readonly BatchStatusRow[] },
  ];
  /** Takes a batch back, with its audit entry; false where there is none of this person. */
  batchRemove: [
    { readonly batch: string; readonly userId: string; readonly nowMs: number },
    { readonly wasThere: boolean },
  ];
}
