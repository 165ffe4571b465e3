import { create } from 'zustand';
import type { Filter } from '../../../shared/ipc/common';
import type { ExportProgress } from '../../../shared/ipc/routes/exports';

export interface Draft {
  readonly step: 'scope' | 'purpose' | 'checks' | 'running';
  readonly filter: Filter;
  readonly purpose: string;
  readonly target: 'default' | 'choose';
  readonly jobId: string | null;
  readonly traceId: string | null;
  readonly progress: ExportProgress | null;
}

const START: Draft = {
  step: 'scope',
  filter: {},
  purpose: '',
  target: 'default',
  jobId: null,
  traceId: null,
  progress: null,
};

/** The export being prepared or running; leaving the page does not lose it. */
export const useDraft = create<Draft>(() => START);

export function resetDraft(filter: Filter = {}): void {
  useDraft.setState({ ...START, filter });
}
