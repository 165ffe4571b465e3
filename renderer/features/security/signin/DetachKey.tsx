import { useT } from '../../../i18n';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Confirm } from './Confirm';
import { useConfirm } from './use-confirm';

/** Takes the U-Key out of the own slot. */
export function DetachKey() {
  const t = useT();
  const detach = useCommand('tokens.detach');
  const { isReady, submit, fields } = useConfirm('ukey.detached');
  const act = () => {
    if (isReady && !detach.isBusy) void submit((secrets) => detach.run(secrets));
  };
  return (
    <>
      <Confirm {...fields} isDisabled={detach.isBusy} onSubmit={act} />
      {detach.failure ? <FailureNote failure={detach.failure} /> : null}
      <div className="row">
        <Button look="danger" disabled={!isReady || detach.isBusy} onClick={act}>
          {t('ukey.detach')}
        </Button>
      </div>
    </>
  );
}
