import { useT } from '../../../i18n';
import { useSteadyPick } from '../../../lib/steady-pick';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { keyName, UKeyChoice, useUnlockKeys } from '../../../parts/UKeyChoice';
import { Button } from '../../../ui/Button';
import { Notice } from '../../../ui/PageState';
import { Confirm } from './Confirm';
import { useConfirm } from './use-confirm';

/** Binds the own slot to one of the connected U-Keys. */
export function AttachKey() {
  const t = useT();
  const keys = useUnlockKeys(true);
  const attach = useCommand('tokens.attach');
  const { isReady, isPinTyped, submit, fields } = useConfirm('ukey.attached');
  const items = keys.data?.items ?? [];
  const present = items.map(keyName);
  const pick = useSteadyPick(present, present[0] ?? null, isPinTyped, () =>
    fields.pin.current?.clear(),
  );
  const key = items.find((one) => keyName(one) === pick.picked);
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
        onPick={(name) => {
          fields.pin.current?.clear();
          pick.choose(name);
        }}
      />
      {pick.isGone && !attach.isBusy ? (
        <Notice tone="warn" icon="key">
          {t('signing.gone')}
        </Notice>
      ) : null}
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
