import { AppError } from '../../../../shared/errors/app-error';
import type { UpdateStatus } from '../../../../shared/ipc/routes/update';
import type { ReleaseFile } from '../../../../shared/protocol/release-metadata';
import type { ReleaseDevice, ReleaseOffer } from '../../../../shared/protocol/release-offer';
import type { EventSink, NowMs, ServiceLog } from '../ports';
import type { Timing } from '../sync/timing';
import type { AppImageSwap } from './appimage-swap';
import type { KeptPackage } from './kept-package';
import type { PendingStore } from './pending-update';
import type { ReleaseSource } from './release-source';
import type { UpdateHistory } from './update-history';
import type { UpdateMemory } from './update-memory';

/** What is there only where the package brings a release root. */
export interface UpdateSupply {
  readonly memory: UpdateMemory;
  readonly pending: PendingStore;
  readonly kept: KeptPackage;
  /** The place of releases of the managed configuration; null: sticks only. */
  readonly line: ReleaseSource | null;
  readonly host: string | null;
}

export interface UpdateParts {
  readonly supply: UpdateSupply | null;
  readonly history: UpdateHistory;
  readonly swap: AppImageSwap;
  /** The AppImage that runs and may be replaced; null: a person installs. */
  readonly appImage: string | null;
  readonly way: UpdateStatus['way'];
  readonly device: Omit<ReleaseDevice, 'id' | 'highestVersion'>;
  readonly installAt: string | null;
  readonly timing: Timing;
  /** The highest time seen. */
  readonly nowMs: NowMs;
  readonly events: EventSink;
  readonly log: ServiceLog;
  chooseFolder(): Promise<string | null>;
  showFile(path: string): void;
}

/** A release that this device may go to; `isDue` is as it was when it was found. */
export interface Found extends ReleaseOffer {
  readonly source: ReleaseSource;
  /** The package of the running version, as the same list names it. */
  readonly former: ReleaseFile | null;
  /** The signed list that names it. */
  readonly text: string;
}

export interface UpdateState {
  readonly phase: UpdateStatus['phase'];
  readonly found: Found | null;
  readonly isDue: boolean;
  readonly doneBytes: number;
  readonly checkedMs: number | null;
  readonly refused: UpdateStatus['refused'];
}

/** Of what waited from an earlier session, only the file is left. */
export const NOWHERE: ReleaseSource = {
  medium: 'timestamp',
  metadata: () => Promise.resolve(null),
  file: () => Promise.reject(new AppError('UPDATE_UNREACHABLE', {}, 'of an earlier session')),
};
