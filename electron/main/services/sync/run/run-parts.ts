import { ENTITIES, type Entity } from '../../../../../shared/domain/model';
import { AppError } from '../../../../../shared/errors/app-error';
import type { Manifest, SegmentRef } from '../../../../../shared/protocol/manifest';
import type { StoreCaller } from '../../../clients/store-client';
import type { Ingest } from '../../../workers/ingest-client';
import type { CacheKeeper } from '../cache/cache-keeper';
import type { Downloader } from '../download';
import type { ManifestLink } from '../manifest-chain';
import type { ProgressMeter } from '../progress';
import type { Remote, RemoteHead } from '../remote';
import type { RepairLine } from '../repair/repair-line';
import { withRetries } from '../retries';

export interface SyncRunParts {
  readonly region: string;
  readonly remote: Remote;
  readonly line: RepairLine;
  readonly downloader: Downloader;
  readonly keeper: CacheKeeper;
  readonly ingest: Ingest;
  readonly store: StoreCaller;
  readonly progress: ProgressMeter;
  readonly signal: AbortSignal;
  /** False on a metered line without consent: snapshots and late segments stay where they are. */
  readonly takesBulk?: boolean;
  /** A stick may bring changes with a manifest older than the line has shown; it may not replace anything by it. */
  readonly isStick?: boolean;
  /** Rows here differ, and the stick brings a whole slice in their place. */
  readonly isMending?: boolean;
  /** Whether what is said of where certificates went is the server's at the state that the slice stands at. */
  areMovesEqual?(): Promise<boolean>;
  /** The newest keys of the region that this device holds: nothing that the line makes now is under older ones. */
  newestKeys?(): number;
  /** What the slice says of itself was not the server's word when the run began: its rows are compared anew at the end. */
  readonly isDoubted?: boolean;
}

/** What a run did. */
export interface SyncRunResult {
  readonly rows: number;
  readonly isFirst: boolean;
  /** Left for a person's consent. */
  readonly awaiting: { readonly rows: number; readonly bytes: number } | null;
}

/** What a run has come to so far. */
export interface RunCourse {
  rows: number;
  /** Of the last page that came, applied or not. */
  latest: RemoteHead | null;
  /** Rows of a repair that a person has to consent to first. */
  awaiting: SyncRunResult['awaiting'];
  /** Of the manifest of this run, remembered once it has led to something. */
  link: ManifestLink | null;
}

/** Tries again what a bad line broke off, as long as it gets on. */
export function again<T>({ downloader, signal }: SyncRunParts, act: () => Promise<T>): Promise<T> {
  return withRetries(downloader.timing, signal, act, () => downloader.received);
}

/** Segments that a first load leaves for later. */
export function lateOf({ segments }: Manifest): readonly SegmentRef[] {
  return segments.filter(({ entity }) => ENTITIES[entity].isLate);
}

export function totalsOf(segments: readonly { rows: number; bytes: number; entity: Entity }[]) {
  const sum = { rows: 0, bytes: 0 };
  for (const { rows, bytes } of segments) {
    sum.rows += rows;
    sum.bytes += bytes;
  }
  return sum;
}

export function parseJson(bytes: Buffer | string): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}

export function damaged(sha256: string, detail: string): AppError {
  return new AppError('SYNC_OBJECT_DAMAGED', { object: sha256.slice(0, 12) }, detail);
}
