import type { BatchRow } from '../../shared/domain/batch/read-row';
import type { BatchReason, BatchVerdict } from '../../shared/domain/batch/verdicts';
import type { ReadKind, Status } from '../../shared/domain/model';
import type { Day } from '../../shared/kernel/day';

/** A certificate as a check on site shows it; masked. */
export interface ScanCertificate {
  readonly id: number;
  readonly kind: ReadKind | null;
  readonly number: string;
  readonly status: Status;
  readonly validTo: Day;
  readonly rev: number;
}

/** One person or paper on site held against the slice; masked. */
export interface ScanJudged {
  readonly verdict: BatchVerdict;
  readonly reason: BatchReason;
  /** Those that fit the numbers, ten at most. */
  readonly certificates: readonly ScanCertificate[];
  /** Masked name and employer of the holder; null where none or several persons were found. */
  readonly holder: string | null;
  readonly company: string | null;
}

/** Calls of checks on site. */
export interface ScanCalls {
  /** Judges what a code or a person says; by `certificateId` where a signed code names it. */
  scanJudge: [{ readonly row: BatchRow; readonly certificateId: number | null }, ScanJudged];
}
