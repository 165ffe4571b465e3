import { useT } from '../../i18n';
import { formatTime } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { FailureNote } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/PageState';
import { Segmented } from '../../ui/Segmented';
import { Tag } from '../../ui/Tag';
import { useDraft } from './draft-store';

/** Whether the package is encrypted, and to whose certificate; main asks for the certificate's file. */
export function RecipientField() {
  const t = useT();
  const recipient = useDraft((draft) => draft.recipient);
  const isForOne = useDraft((draft) => draft.isForOne);
  const isAsked = useDraft((draft) => draft.template?.needsRecipient ?? false);
  const choose = useCommand('exports.choose-recipient');
  const go = async () => {
    const answer = await choose.run({});
    if (answer?.recipient) useDraft.setState({ recipient: answer.recipient });
  };
  return (
    <div className="field">
      <div className="lb">{t('recipient.title')}</div>
      <span className="row wrap">
        <Segmented
          label={t('recipient.title')}
          value={isForOne ? 'one' : 'all'}
          choices={[
            ...(isAsked ? [] : [{ value: 'all' as const, label: t('recipient.none') }]),
            { value: 'one' as const, label: t('recipient.one') },
          ]}
          onChange={(next) => useDraft.setState({ isForOne: next === 'one' })}
        />
        {isForOne ? (
          <Button icon="file" disabled={choose.isBusy} onClick={() => void go()}>
            {t(recipient ? 'recipient.other' : 'recipient.choose')}
          </Button>
        ) : null}
      </span>
      {choose.failure ? <FailureNote failure={choose.failure} /> : null}
      <p className="hint">{t(isForOne ? 'recipient.one-text' : 'recipient.none-text')}</p>
    </div>
  );
}

/** Whose key will open it, as the certificate says: to be compared with what the recipient told. */
export function RecipientCard() {
  const t = useT();
  const { recipient, isForOne } = useDraft();
  if (!isForOne || recipient === null) return null;
  const { holder, subject, issuer, notBeforeMs, notAfterMs, fingerprint, fault } = recipient;
  const day = (ms: number) => formatTime(ms).slice(0, 10);
  return (
    <div className="recipient">
      <dl className="dl sel">
        <dt>{t('recipient.holder')}</dt>
        <dd className="row wrap" title={subject}>
          <b dir="auto">{holder}</b>
          <Tag look="text" tone={fault ? 'bad' : 'ok'} icon={fault ? 'bad' : 'ok'}>
            {t(fault ? 'recipient.unfit' : 'recipient.fit')}
          </Tag>
        </dd>
        <dt>{t('recipient.issuer')}</dt>
        <dd dir="auto">{issuer}</dd>
        <dt>{t('recipient.period')}</dt>
        <dd>
          <span className="num">
            {day(notBeforeMs)} – {day(notAfterMs)}
          </span>
        </dd>
        <dt>{t('recipient.fingerprint')}</dt>
        <dd className="mono t12 fingerprint" dir="ltr">
          {fingerprint}
        </dd>
      </dl>
      {fault ? (
        <Notice tone="bad" icon="bad">
          {t(`recipient.fault-${fault}`)}
        </Notice>
      ) : null}
    </div>
  );
}
