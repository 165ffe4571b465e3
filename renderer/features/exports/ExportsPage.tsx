import { useEffect, useState } from 'react';
import type { Filter } from '../../../shared/ipc/common';
import type { ExportProgress } from '../../../shared/ipc/routes/exports';
import type { BoardState } from '../../../shared/protocol/board-state';
import { useT } from '../../i18n';
import { useQuery } from '../../lib/use-query';
import { Freshness } from '../../parts/Freshness';
import { VerifierDialog } from '../../parts/verifier/VerifierDialog';
import { Button } from '../../ui/Button';
import { Stepper } from '../../ui/Stepper';
import { type Draft, hasEnded, resetDraft, useDraft } from './draft-store';
import { ExportHistory } from './ExportHistory';
import { ExportWizard } from './ExportWizard';
import { Requests } from './Requests';

const STEP_OF: Record<Draft['step'], number> = {
  scope: 0,
  purpose: 1,
  checks: 2,
  factor: 3,
  running: 4,
};

/** Which step of the wizard is shown: signing and making are parts of the running one. */
function stepIndex(step: Draft['step'], progress: ExportProgress | null): number {
  if (step !== 'running' || !progress) return STEP_OF[step];
  return progress.phase === 'done'
    ? 6
    : progress.phase === 'awaiting-signature' || progress.phase === 'signing'
      ? 4
      : progress.phase === 'checking'
        ? 5
        : 4;
}

const isScopeOf = ({ filter, board, grant }: Draft, asked: object) =>
  JSON.stringify({ filter, board, grant }) === JSON.stringify(asked);

/** Scope, purpose, checks, the signing window, and the sealed package at the end; history and verifier. */
export function ExportsPage({
  initialFilter,
  initialBoard,
  initialGrant,
}: {
  readonly initialFilter: Filter | undefined;
  readonly initialBoard: BoardState | undefined;
  readonly initialGrant: string | undefined;
}) {
  const t = useT();
  const draft = useDraft();
  const history = useQuery('exports.history', {});
  const [isVerifying, setVerifying] = useState(false);
  const { reload } = history;

  const isEnded = hasEnded(draft.progress);
  useEffect(() => {
    const present = useDraft.getState();
    const asked = {
      filter: initialFilter,
      board: initialBoard ?? null,
      grant: initialGrant ?? null,
    };
    // Coming back to what was begun loses nothing that was typed for it.
    const isSame = !hasEnded(present.progress) && isScopeOf(present, asked);
    if (initialFilter && !isSame && (present.step !== 'running' || hasEnded(present.progress)))
      resetDraft(initialFilter, asked.board, asked.grant);
  }, [initialFilter, initialBoard, initialGrant]);
  useEffect(() => {
    if (isEnded) reload();
  }, [isEnded, reload]);
  const names = [
    t('exports.step-scope'),
    t('exports.step-purpose'),
    t('exports.step-checks'),
    t('exports.step-factor'),
    t('exports.step-sign'),
    t('exports.step-done'),
  ];
  return (
    <div className="page">
      <div className="phead">
        <h1>{t('shell.exports')}</h1>
        <Button icon="shieldok" onClick={() => setVerifying(true)}>
          {t('verify.title')}
        </Button>
        <span className="grow" />
        <Stepper
          label={t('exports.steps')}
          names={names}
          current={stepIndex(draft.step, draft.progress)}
        />
      </div>
      <Freshness />
      <Requests />
      <ExportWizard history={history.data?.items ?? []} />
      <ExportHistory query={history} />
      {isVerifying ? <VerifierDialog onClose={() => setVerifying(false)} /> : null}
    </div>
  );
}
