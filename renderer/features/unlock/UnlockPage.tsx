import { useState } from 'react';
import { useT } from '../../i18n';
import { reloadDesk, useDesk } from '../../lib/desk-store';
import { formatTime, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { ClockNotice } from '../../parts/ClockNotice';
import { DiagnosticsDialog } from '../../parts/DiagnosticsDialog';
import { FailureNote } from '../../parts/FailureState';
import { ManagedFaults } from '../../parts/ManagedFaults';
import { RestoreButton } from '../../parts/restore/RestoreButton';
import { VerifierDialog } from '../../parts/verifier/VerifierDialog';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/PageState';
import { EnrolForm } from './EnrolForm';
import { FirstRun } from './FirstRun';
import { LockNotice } from './LockNotice';
import { PasswordForm } from './PasswordForm';
import { PracticeProgress } from './PracticeProgress';
import { ProgramFaultPage } from './ProgramFaultPage';
import { RecoverForm } from './RecoverForm';
import { RecoveryPage } from './recovery/RecoveryPage';
import { UnlockFrame } from './UnlockFrame';
import { WipedPage } from './WipedPage';

/** Unlock, or on a new device enrol the office or open the practice office. */
export function UnlockPage() {
  const t = useT();
  const state = useDesk((store) => store.state);
  const [isEnrolling, setEnrolling] = useState(false);
  const [isRecovering, setRecovering] = useState(false);
  const [isVerifying, setVerifying] = useState(false);
  const [isDiagnosing, setDiagnosing] = useState(false);
  const practice = useCommand('unlock.practice');
  if (!state) return null;

  const openPractice = async () => {
    if (await practice.run({})) await reloadDesk();
  };
  // Nothing opens, and nothing that this program says of a file could be relied on.
  if (state.programFault !== null)
    return (
      <UnlockFrame
        below={
          <Button look="quiet" icon="info" onClick={() => setDiagnosing(true)}>
            {t('about.diagnostics')}
          </Button>
        }
      >
        <ProgramFaultPage fault={state.programFault} />
        {isDiagnosing ? <DiagnosticsDialog onClose={() => setDiagnosing(false)} /> : null}
      </UnlockFrame>
    );
  const isFirst = state.phase === 'first-run';
  const below = (
    <>
      {state.phase === 'locked' && !isRecovering ? (
        <Button look="quiet" icon="key" onClick={() => setRecovering(true)}>
          {t('unlock.recover')}
        </Button>
      ) : null}
      <Button look="quiet" icon="shieldok" onClick={() => setVerifying(true)}>
        {t('unlock.verify-file')}
      </Button>
      {state.wiped === null ? <RestoreButton /> : null}
      <Button look="quiet" icon="info" onClick={() => setDiagnosing(true)}>
        {t('about.diagnostics')}
      </Button>
      {!isFirst && state.wiped === null && state.isPracticeAvailable && !state.isPractice ? (
        <Button
          look="quiet"
          icon="grad"
          disabled={practice.isBusy}
          onClick={() => void openPractice()}
        >
          {t('shell.practice')}
        </Button>
      ) : null}
    </>
  );
  return (
    <UnlockFrame below={below} isRoomy={state.phase === 'recovery'}>
      <ManagedFaults />
      {practice.isBusy ? (
        <PracticeProgress />
      ) : state.phase === 'recovery' ? (
        <RecoveryPage />
      ) : (isFirst || state.wiped !== null) && isEnrolling ? (
        <EnrolForm onBack={() => setEnrolling(false)} />
      ) : state.wiped !== null ? (
        <WipedPage wiped={state.wiped} onEnrol={() => setEnrolling(true)} />
      ) : isFirst ? (
        <FirstRun
          canPractise={state.isPracticeAvailable}
          onEnrol={() => setEnrolling(true)}
          onPractice={() => void openPractice()}
        />
      ) : isRecovering ? (
        <RecoverForm onBack={() => setRecovering(false)} />
      ) : (
        <>
          <LockNotice reason={state.lockReason} />
          {state.lockedBy !== null ? (
            <Notice tone="warn" icon="lock">
              {t('device.locked-by', {
                time: isolate(formatTime(state.lockedBy.atMs)),
                reason: state.lockedBy.reason || t('device.no-reason'),
              })}
            </Notice>
          ) : null}
          <ClockNotice />
          <PasswordForm users={state.users} hint={state.practiceHint} />
        </>
      )}
      {practice.failure ? (
        <FailureNote failure={practice.failure} onRetry={() => void openPractice()} />
      ) : null}
      {isDiagnosing ? <DiagnosticsDialog onClose={() => setDiagnosing(false)} /> : null}
      {isVerifying ? <VerifierDialog onClose={() => setVerifying(false)} /> : null}
    </UnlockFrame>
  );
}
