import type { CopyFault } from '../domain/policy/copy-limits';
import type { DeskState } from './routes/app';
import type { BackupProgress, BackupStatus } from './routes/backup';
import type { DeepStatus } from './routes/deep-check';
import type { ExportProgress } from './routes/exports';
import type { RetentionStatus } from './routes/retention';
import type { RotationState } from './routes/rotation';
import type { SelfCheckProgress, SelfCheckStatus } from './routes/self-check';
import type { SyncProgress, SyncStatus } from './routes/sync';
import type { UpdateStatus } from './routes/update';

/** Facts that main tells the pages; past tense, typed, never parsed (main is trusted by pages). */
export interface DeskEvents {
  'app.state-changed': DeskState;
  /** Somebody works in another window of the program: a signature, a recovery key that is handed out. */
  'app.touched': Record<string, never>;
  'sync.progressed': SyncProgress;
  'sync.changed': SyncStatus;
  /** Bytes of a chosen bundle that were checked. */
  'bundle.checked': { readonly doneBytes: number; readonly totalBytes: number };
  /** Rows of the open list that were judged. */
  'cross-region.changed': Record<string, never>;
  'batch.progressed': { readonly done: number; readonly total: number };
  /** Entries of the log that were verified. */
  'audit.progressed': { readonly done: number; readonly total: number };
  'retention.changed': RetentionStatus;
  'rotation.changed': RotationState;
  'exports.progressed': ExportProgress;
  /** Bytes of a package's files that the verifier compared. */
  'exports.verifying': { readonly done: number; readonly total: number };
  'backup.progressed': BackupProgress;
  'backup.changed': BackupStatus;
  'self-check.progressed': SelfCheckProgress;
  'self-check.changed': SelfCheckStatus;
  'deep-check.changed': DeepStatus;
  'update.changed': UpdateStatus;
  /** What can be seen of an attachment is something else now. */
  'attachments.changed': { readonly id: number };
  /** A copy was refused, or a list that came onto the clipboard was taken off it. */
  'copy.refused': { readonly why: CopyFault; readonly way: 'copied' | 'found' };
  'signing.tokens-changed': Record<string, never>;
  /** People, their waits or the recovery key. */
  'people.changed': Record<string, never>;
  /** How far an opening is that first brings the files of an earlier program up to date. */
  'unlock.upgrading': { readonly done: number; readonly total: number };
  /** What a real server would have sent to the person's phone. */
  'practice.sms': { readonly text: string };
  'practice.progressed': {
    readonly phase: 'server' | 'data' | 'ready';
    readonly done: number;
    readonly total: number;
  };
}
export type DeskEventName = keyof DeskEvents;

/** What the preload exposes as `window.fieldcert`, in both windows. */
export interface DeskBridge {
  invoke(route: string, input: unknown): Promise<unknown>;
  on(event: DeskEventName, listener: (payload: unknown) => void): () => void;
}

/** Messages on the store's port. */
export interface PortRequest {
  readonly id: number;
  readonly route: string;
  readonly input: unknown;
}
export interface PortAnswer {
  readonly id: number;
  readonly answer: unknown;
}
