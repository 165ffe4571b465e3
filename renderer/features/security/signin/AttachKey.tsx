import { useState } from 'react';
import { useT } from '../../../i18n';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { keyName, UKeyChoice, useUnlockKeys } from '../../../parts/UKeyChoice';
import { Button } from '../../../ui/Button';
import { Confirm } from './Confirm';
import { useConfirm } from './use-confirm';

/** Binds the own slot to one of the connected U-Keys. */
export function AttachKey() {
  const t = useT();
  const keys = useUnlockKeys(true);
  const [picked, setPicked] = useState<string | null>(null);
  const attach = useCommand('tokens.attach');
  const { isReady, submit, fields } = useConfirm('ukey.attached');
  const items = keys.data?.items ?? [];
  const key = items.find((one) => keyName(one) === (picked ?? keyName(items[0] ?? one)));
  const act = () => {
    if (key === undefined || !isReady || attach.isBusy) return;
    const { tokenId, keyRef } = key;
    void submit((secrets) => attach.run({ tokenId, keyRef, ...secrets }));
  };
  return (
    <>
      <UKeyChoice
        query={keys}
        picked={key ? keyName(key) : null}
        isDisabled={attach.isBusy}
        onPick={setPicked}
      />
      <Confirm {...fields} isDisabled={attach.isBusy} onSubmit={act} />
      {attach.failure ? <FailureNote failure={attach.failure} /> : null}
      <div className="row">
        <Button
          look="primary"
          icon="key"
          disabled={key === undefined || !isReady || attach.isBusy}
          onClick={act}
        >
          {t('ukey.attach')}
        </Button>
      </div>
    </>
  );
}
