import type { ErrorCode } from '../../../../shared/errors/app-error';
import type { ExportProgress } from '../../../../shared/ipc/routes/exports';
import type { BoardSheet } from '../../../jobs/package/board/sheet';
import type { PublishedPackage } from '../../../jobs/package/builder';
import type { ExportRow } from '../../../jobs/package/data/rows';
import type { ExportMeta } from '../../../jobs/package/manifest';
import type { DeviceCaller } from '../../clients/device-client';
import type { ExportHandle, JobsCaller } from '../../clients/jobs-client';
import type { ConfirmOutcome } from '../signing/signing-task';
import type { SigningChoice } from '../tokens/tokens';

/** How an export ends. */
export type RunEnd =
  | {
      readonly outcome: 'sealed';
      readonly published: PublishedPackage;
      readonly signer: string;
      /** Certificates of who signed: the first person, then the second where one had to. */
      readonly certificates: readonly Uint8Array[];
    }
  | { readonly outcome: 'failed'; readonly code: ErrorCode }
  /** `why`: not by the person's wish. */
  | { readonly outcome: 'cancelled'; readonly why?: ErrorCode };

export interface RunParts {
  readonly jobId: string;
  readonly meta: ExportMeta;
  readonly stagingDir: string;
  readonly targetPath: string;
  /** DER of the certificate that the package is encrypted to; null: to none. */
  readonly recipient: Uint8Array | null;
  readonly total: number;
  /** A second person signs the same manifest. */
  readonly needsReview: boolean;
  readonly jobs: JobsCaller;
  readonly device: DeviceCaller;
  /** Before the manifest is signed: throws where the second factor does not hold any more, and nothing is signed. */
  demandFactor(): Promise<void>;
  /** With the manifest's signature, before it is passed on: uses the second factor up, or throws and it goes nowhere. */
  useFactor(): Promise<void>;
  /** When the package is verified, right before it is in place: throws where it must not leave, and nothing is left. */
  demandPublish(): void;
  /** With the manifest's signature given and the key still open: it signs the end of the log too. */
  signLog(key: {
    readonly signingId: string;
    readonly chain: readonly Uint8Array[];
  }): Promise<void>;
  /** Figures in place of rows; null: a list. */
  readonly board: BoardSheet | null;
  /** A fresh pass over the rows, for each certificate that the files are made for. */
  rows(): AsyncIterator<readonly ExportRow[]>;
  onProgress(progress: ExportProgress): void;
  /** The jobs process ended under the run, perhaps while nobody was waiting for it. */
  onCrashed(end: RunEnd): void;
}

/** What a confirmation came to; `ended` carries the end of the run where it is one. */
export interface Confirmed {
  readonly answer: ConfirmOutcome;
  readonly ended: RunEnd | null;
}

export type Phase = ExportProgress['phase'];
/** A digest that waits for the token. */
export interface ToSign {
  readonly step: 'report' | 'manifest' | 'review';
  readonly digest: Uint8Array;
}
/** A job whose files are made for a certificate. */
export interface Prepared {
  readonly choice: SigningChoice;
  readonly handle: ExportHandle;
  /** The next digest to sign, or the end. */
  next: Promise<ToSign | RunEnd>;
  /** Resolves `next`; each attempt has its own, so that a late event of a former one reaches nobody. */
  readonly following: { resolve(next: ToSign | RunEnd): void };
  /** The end, once the job has one; nothing comes after it. */
  end: RunEnd | null;
  /** The same, to be waited for. */
  readonly over: Promise<RunEnd>;
}
