import { say, useT } from '../../i18n';
import { useCommand } from '../../lib/use-command';
import { FailureNote } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { showToast } from '../../ui/toast-store';
import { goingOf, resetDraft, useDraft, wishOf } from './draft-store';
import { useRequests } from './requests-store';

/** Queues the export for somebody's consent at the centre; it waits above the wizard until it is decided. */
export function ConsentFactor() {
  const t = useT();
  const draft = useDraft();
  const request = useCommand('exports.request');
  const go = async () => {
    if ((await request.run({ ...wishOf(draft), ...goingOf(draft) })) === null) return;
    showToast({ tone: 'ok', text: () => say('exports.asked') });
    useRequests.setState(({ version }) => ({ version: version + 1 }));
    resetDraft(draft.filter, draft.board, draft.grant);
  };
  return (
    <div className="consent">
      <p className="c2">{t('exports.consent-text')}</p>
      {request.failure ? <FailureNote failure={request.failure} /> : null}
      <Button look="primary" size="l" icon="up" disabled={request.isBusy} onClick={() => void go()}>
        {t('exports.consent-send')}
      </Button>
    </div>
  );
}
