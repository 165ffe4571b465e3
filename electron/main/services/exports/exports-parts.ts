import type { DeviceCaller } from '../../clients/device-client';
import type { JobsCaller } from '../../clients/jobs-client';
import type { StoreCaller } from '../../clients/store-client';
import type { EventSink, NowMs, ServiceLog } from '../ports';
import type { AuditCheckpoints } from '../signing/checkpoints';
import type { Seat, SigningService } from '../signing/signing';
import type { SyncService } from '../sync/sync';
import type { Resources } from '../tables/resources';
import type { Admissions } from '../tickets/admissions';
import type { SessionHolder } from '../unlock/session';
import type { ReadBoard } from './board/read-board';
import type { StagedFiles } from './data-digest';
import type { EndedExport } from './export-end';
import type { ExportRecords } from './export-record';
import type { ExportRun } from './export-run';
import type { ExportReceipts } from './receipts';
import type { Recipient, Recipients } from './recipients';

/** What exports stand on. */
export interface ExportsParts {
  readonly store: StoreCaller;
  readonly device: DeviceCaller;
  readonly jobs: JobsCaller;
  readonly sessions: SessionHolder;
  readonly admissions: Admissions;
  readonly recipients: Recipients;
  readonly signing: Pick<SigningService, 'reserve'>;
  readonly receipts: Pick<ExportReceipts, 'takenMs'>;
  readonly checkpoints: Pick<AuditCheckpoints, 'atExport'>;
  readonly events: EventSink;
  readonly log: ServiceLog;
  readonly nowMs: NowMs;
  readonly sync: Pick<SyncService, 'asOf' | 'status'>;
  readonly resources: Resources;
  readonly rulePack: { readonly id: string; readonly version: string };
  readonly stagingDir: string;
  /** Differs whenever other certificates are shown as 核查中: of the office's own, or of this grant's; it says nothing about them. */
  readonly marksNow: (grant: string | null) => string;
  /** Throws EMERGENCY_LEVEL where nothing of people's data leaves the device. */
  demandLeaving(): void;
  /** Ledger, audit log and outbox of what ended. */
  readonly records: Pick<ExportRecords, 'keep'>;
  /** Where packages go when the person does not choose; made when missing. */
  readonly defaultFolder: () => string;
  /** Asks for a folder; null when the person closed the dialog. */
  chooseFolder(): Promise<string | null>;
  /** Shows a file in the system's file manager. */
  showFile(path: string): void;
  /** `name badge place time`, as the watermark of pages. */
  watermark(): string;
}

/** What an export begins with beside its admission. */
export interface GoingExport {
  readonly seat: Seat;
  /** Where the package goes; it is there. */
  readonly folder: string;
  readonly recipient: Recipient | null;
}

/** The export that is under way. */
export interface CurrentExport extends EndedExport {
  readonly run: ExportRun;
  readonly recipient: Recipient | null;
  /** Null: a list. */
  readonly board: ReadBoard | null;
  staged: StagedFiles;
  isEnded: boolean;
}
