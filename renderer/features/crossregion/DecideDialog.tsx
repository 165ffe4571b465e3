import { useState } from 'react';
import type { CrossRegionRequest } from '../../../shared/ipc/routes/cross-region';
import { say, useT } from '../../i18n';
import { useCommand } from '../../lib/use-command';
import { FailureNote } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { NoteField } from '../../ui/NoteField';
import { showToast } from '../../ui/toast-store';
import { daysOf } from './DaysField';
import { allOf, kindsOf, Narrowing } from './Narrowing';
import { RequestFacts } from './RequestFacts';

/** A decision, which the person signs in the signing window. An approver may leave less than was asked. */
export function DecideDialog({
  one,
  isRevoking,
  onClose,
}: {
  readonly one: CrossRegionRequest;
  readonly isRevoking: boolean;
  readonly onClose: () => void;
}) {
  const t = useT();
  const [note, setNote] = useState('');
  const [left, setLeft] = useState(() => allOf(one.scope));
  const decide = useCommand('cross-region.decide');
  const mayNarrow = one.todo === 'approve' && !isRevoking;
  const term = daysOf(left.days, one.scope.days);
  const isDaysWrong = mayNarrow && term === null;
  const isNothingLeft = mayNarrow && (left.regions.length === 0 || left.kinds.length === 0);
  const run = async (decision: 'approved' | 'refused') => {
    const narrowed =
      mayNarrow && decision === 'approved' && term !== null
        ? { ...left, kinds: kindsOf(one.scope, left), days: term }
        : {};
    const input = { request: one.request, decision, note: note.trim(), narrowed };
    if (await decide.run(input)) {
      showToast({ tone: 'ok', text: () => say('crossregion.decided') });
      onClose();
    }
  };
  const isNoteMissing = note.trim() === '';
  return (
    <Dialog
      title={t(isRevoking ? 'crossregion.revoke' : `crossregion.do-${one.todo ?? 'approve'}`)}
      onClose={onClose}
      isWide
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button
            look="danger"
            icon="seal"
            disabled={decide.isBusy || isNoteMissing}
            title={isNoteMissing ? t('crossregion.note-needed') : undefined}
            onClick={() => void run('refused')}
          >
            {t(isRevoking ? 'crossregion.sign-revoke' : 'crossregion.sign-no')}
          </Button>
          {isRevoking ? null : (
            <Button
              look="primary"
              icon="seal"
              disabled={decide.isBusy || isDaysWrong || isNothingLeft}
              title={isNothingLeft ? t('crossregion.nothing-left') : undefined}
              onClick={() => void run('approved')}
            >
              {t('crossregion.sign-yes')}
            </Button>
          )}
        </>
      }
    >
      {mayNarrow ? (
        <div className="decide">
          <RequestFacts one={one} />
          <Narrowing scope={one.scope} left={left} onLeft={setLeft} />
        </div>
      ) : (
        <RequestFacts one={one} />
      )}
      <NoteField
        label={t('crossregion.note')}
        hint={t('crossregion.note-hint')}
        longest={500}
        value={note}
        onText={setNote}
      />
      {decide.failure && decide.failure.code !== 'CANCELLED' ? (
        <FailureNote failure={decide.failure} />
      ) : null}
    </Dialog>
  );
}
