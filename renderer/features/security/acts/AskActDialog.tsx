import { useState } from 'react';
import type { RouteInput } from '../../../../shared/ipc/contract';
import { ACT_KINDS, type ActKind } from '../../../../shared/protocol/acts/facts';
import { ACT_WORDS } from '../../../../shared/protocol/acts/words';
import { say, useLocale, useT } from '../../../i18n';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Field } from '../../../ui/Field';
import { Notice } from '../../../ui/PageState';
import { showToast } from '../../../ui/toast-store';
import { ActFields } from './ActFields';
import { actOf, type Filled, faulty, formOf, missing } from './act-forms';

const EMPTY: Filled = { texts: {}, people: [{ key: 1, badge: '', name: '', role: 'inspector' }] };

/** A new act, which the person signs in the signing window; another one countersigns it. */
export function AskActDialog({
  onClose,
  onAsked,
}: {
  readonly onClose: () => void;
  readonly onAsked: () => void;
}) {
  const t = useT();
  const words = ACT_WORDS[useLocale()];
  const [kind, setKind] = useState<ActKind | ''>('');
  const [filled, setFilled] = useState<Filled>(EMPTY);
  const ask = useCommand('acts.request');
  const wrong = kind === '' ? [] : faulty(kind, filled);
  const isReady = kind !== '' && wrong.length === 0 && missing(kind, filled).length === 0;
  const send = async () => {
    if (kind === '') return;
    const act = actOf(kind, filled) as RouteInput<'acts.request'>['act'];
    if (await ask.run({ act })) {
      showToast({ tone: 'ok', text: () => say('centralacts.asked') });
      onAsked();
    }
  };
  return (
    <Dialog
      title={t('centralacts.new')}
      onClose={onClose}
      isWide
      actions={
        <>
          <span className="t12 c3 grow">{t('centralacts.hint')}</span>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button
            look="primary"
            icon="seal"
            disabled={!isReady || ask.isBusy}
            onClick={() => void send()}
          >
            {t('centralacts.sign')}
          </Button>
        </>
      }
    >
      <div className="askform">
        <Field
          label={t('centralacts.kind')}
          hint={kind === 'directive' ? t('centralacts.one-of') : undefined}
        >
          {({ control, describedBy }) => (
            <select
              id={control}
              aria-describedby={describedBy}
              className="input"
              value={kind}
              disabled={ask.isBusy}
              onChange={(event) => {
                setKind(event.target.value as ActKind | '');
                setFilled(EMPTY);
                ask.forget();
              }}
            >
              <option value="">{t('centralacts.choose')}</option>
              {ACT_KINDS.map((one) => (
                <option key={one} value={one}>
                  {words.kinds[one]}
                </option>
              ))}
            </select>
          )}
        </Field>
        {kind === '' ? null : (
          <ActFields fields={formOf(kind)} wrong={wrong} filled={filled} onChange={setFilled} />
        )}
        {ask.isBusy ? <Notice icon="seal">{t('centralacts.wait-sign')}</Notice> : null}
        {ask.failure && ask.failure.code !== 'CANCELLED' ? (
          <FailureNote failure={ask.failure} />
        ) : null}
      </div>
    </Dialog>
  );
}
