import type { PeopleList } from '../../shared/ipc/routes/people';
import { useT } from '../i18n';
import { useCommand } from '../lib/use-command';
import { Button } from '../ui/Button';
import { Notice } from '../ui/PageState';
import { FailureNote } from './FailureState';

/** The recovery key waits to be handed out: until the lock, and not again after it. */
export function RecoveryNotice({ recovery }: { readonly recovery: PeopleList['recovery'] }) {
  const t = useT();
  const handOut = useCommand('people.hand-out');
  if (recovery.state !== 'held') return null;
  return (
    <>
      <Notice
        tone="warn"
        icon="key"
        action={
          <Button
            look="primary"
            size="s"
            icon="key"
            disabled={handOut.isBusy}
            onClick={() => void handOut.run({})}
          >
            {t('people.hand-out')}
          </Button>
        }
      >
        {t('people.recovery-held')}
      </Notice>
      {handOut.failure ? <FailureNote failure={handOut.failure} /> : null}
    </>
  );
}
