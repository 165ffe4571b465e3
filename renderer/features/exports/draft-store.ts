import { create } from 'zustand';
import type { ExportPurpose } from '../../../shared/domain/policy/export-policy';
import type { Filter } from '../../../shared/ipc/common';
import type { ShownTemplate } from '../../../shared/ipc/routes/export-factors';
import type { ExportProgress } from '../../../shared/ipc/routes/exports';
import type { ShownRecipient } from '../../../shared/ipc/routes/recipients';
import type { BoardState } from '../../../shared/protocol/board-state';
import { on } from '../../lib/desk';

export interface Draft {
  readonly step: 'scope' | 'purpose' | 'checks' | 'factor' | 'running';
  readonly filter: Filter;
  /** A board of the filter goes out, not its certificates; null: a list. */
  readonly board: BoardState | null;
  /** The grant whose rows go out in place of the office's own; null: none. */
  readonly grant: string | null;
  /** Null until one is chosen: then the package has the first form of the policy. */
  readonly template: ShownTemplate | null;
  readonly purposeClass: ExportPurpose;
  readonly purpose: string;
  readonly target: 'default' | 'choose';
  /** Encrypted for one recipient; and for whom, once chosen. */
  readonly isForOne: boolean;
  readonly recipient: ShownRecipient | null;
  readonly jobId: string | null;
  readonly traceId: string | null;
  readonly progress: ExportProgress | null;
}

const START: Draft = {
  step: 'scope',
  filter: {},
  board: null,
  grant: null,
  template: null,
  purposeClass: 'inspection',
  purpose: '',
  target: 'default',
  isForOne: false,
  recipient: null,
  jobId: null,
  traceId: null,
  progress: null,
};

/** The export being prepared or running; leaving the page does not lose it. */
export const useDraft = create<Draft>(() => START);

/** What the person asks to let out, as the routes take it. */
export function wishOf({ filter, board, grant, purposeClass, purpose, template }: Draft) {
  const form = board ? { board } : template ? { template: template.id } : {};
  return { filter, purposeClass, purpose, ...form, ...(grant ? { grant } : {}) };
}

/** Certificates that the package may have. */
export function limitOf({ template }: Draft, limit: number): number {
  return Math.min(limit, template?.maxRows ?? limit);
}

/** Where the package goes and for whom, as the starting routes take it. */
export function goingOf({ target, isForOne, recipient }: Draft) {
  return { target, recipient: isForOne ? (recipient?.handle ?? null) : null };
}

/** An encrypted package needs somebody who can open it. */
export function hasRecipient({ isForOne, recipient }: Draft): boolean {
  return !isForOne || recipient?.fault === null;
}

export function resetDraft(
  filter: Filter = {},
  board: BoardState | null = null,
  grant: string | null = null,
): void {
  useDraft.setState({ ...START, filter, board, grant });
}

/** The export has begun: the wizard shows its run. */
export function showRun(started: { readonly jobId: string; readonly traceId: string }): void {
  useDraft.setState(({ progress }) => ({
    step: 'running',
    jobId: started.jobId,
    traceId: started.traceId,
    progress: progress?.jobId === started.jobId ? progress : null,
  }));
}

const ENDED: readonly ExportProgress['phase'][] = ['done', 'failed', 'cancelled'];

export function hasEnded(progress: ExportProgress | null): boolean {
  return progress !== null && ENDED.includes(progress.phase);
}

/**
 * Keeps the draft's progress current wherever the person is; `onEnd` hears of every end. Events may
 * come before the answer to the start, so a draft that is just starting takes them as well.
 */
export function followExports(onEnd: (progress: ExportProgress) => void): () => void {
  return on('exports.progressed', (progress) => {
    const { jobId, step } = useDraft.getState();
    if (jobId === progress.jobId || (jobId === null && step === 'factor'))
      useDraft.setState({ progress });
    if (hasEnded(progress)) onEnd(progress);
  });
}
