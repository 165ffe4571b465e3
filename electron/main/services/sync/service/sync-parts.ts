import type { AppError } from '../../../../../shared/errors/app-error';
import type { SyncStatus } from '../../../../../shared/ipc/routes/sync';
import type { HighestSeen } from '../../../../platform/clock';
import type { StartProcess } from '../../../clients/process-link';
import type { StoreCaller } from '../../../clients/store-client';
import type { CounterSource } from '../../../workers/ingest-client';
import type { OutboxService } from '../../outbox/outbox';
import type { EventSink, ServiceLog } from '../../ports';
import type { DeviceReports } from '../../report/report';
import type { OfficeFile } from '../../unlock/office-file';
import type { OpenSession, SessionHolder } from '../../unlock/session';
import type { Line, LineSetup } from '../line';
import type { ProgressMeter } from '../progress';
import type { ServerAccess } from '../server-access';
import type { LinePolicy } from '../status';

export interface SyncParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly events: EventSink;
  readonly log: ServiceLog;
  readonly clock: HighestSeen;
  /** The slice lives in memory only and is filled from the cache. */
  isEmergency(): boolean;
  /** Folder of the received objects of the present slice. */
  readonly cacheDir: string;
  /** Folder of objects that are under way. */
  readonly incomingDir: string;
  /** Counters for sealed values; see SealCounters. */
  readonly counters: CounterSource;
  readonly startIngest: StartProcess;
  readonly freshnessDays: number;
  readonly outbox: Pick<OutboxService, 'state'> & {
    /** Sends what waits and takes what belongs to it; `takesBulk` as of a run. Throws codes of the line. */
    send(line: Line, signal: AbortSignal, takesBulk: boolean): Promise<void>;
  };
  readonly reports: Pick<DeviceReports, 'send'>;
  /** False while a damaged slice waits for a person's decision. */
  mayLoad(): boolean;
  /** Statements that this device holds now. */
  heldStatements(): readonly unknown[];
  /** What this device holds of its office now. */
  office(): OfficeFile;
  /** An emergency level has data come by sticks alone: the line stays shut. */
  isShut?(): boolean;
  /** Puts both certificates into office.json while one is being renewed. */
  saveCertificates(present: string, next: string): Promise<void>;
  /** Keeps statements that the server renewed. */
  saveOffice(office: OfficeFile): Promise<void>;
  /** Wire, clock and bandwidth limit; the product's own where absent. */
  readonly line?: LineSetup;
  /** Every status that pages are told. */
  onStatus?(status: SyncStatus): void;
  /** What a person decided about the network. */
  policy(): LinePolicy;
  /** A person who synchronises while it is paused ends the pause. */
  resume(): void;
  /** A run ended, however it did. */
  onRunEnded?(): void;
  /** The server came or went; the watermark names an address only while it is there. */
  onConnection(): void;
}

/** How a run ended. */
export interface RunEnd {
  readonly failure: AppError | null;
  readonly rows: number;
}

/** A run that has begun. */
export interface RunParts {
  readonly session: OpenSession;
  readonly access: ServerAccess;
  readonly runId: string;
  readonly signal: AbortSignal;
  readonly progress: ProgressMeter;
  readonly isAutomatic: boolean;
  readonly takesBulk: boolean;
  readonly isMending?: boolean;
}
