import { useEffect } from 'react';
import { say, useT } from '../../../i18n';
import { on } from '../../../lib/desk';
import { useDesk } from '../../../lib/desk-store';
import { formatTime, isolate, isolateText } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { useQuery } from '../../../lib/use-query';
import { FailureNote, FailureState } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Notice, Skeleton } from '../../../ui/PageState';
import { Tag } from '../../../ui/Tag';
import { showToast } from '../../../ui/toast-store';

/** Why the centre refuses a signature. */
const REASONS = [
  'form',
  'signer-signature',
  'signer-foreign',
  'signer-practice',
  'signer-expired',
  'signer-late',
  'signer-issuer',
  'signer-usage',
  'signer-other',
] as const;

/** The user agreement in force: its text, and the person's signature under it or the way to give one. */
export function AgreementSection() {
  const t = useT();
  const locale = useDesk((store) => store.state?.settings.locale) ?? 'zh-CN';
  const { data, failure, reload } = useQuery('agreement.state', { locale });
  // The centre's word on a signature comes with a run, also while somebody looks.
  useEffect(() => on('sync.changed', reload), [reload]);
  const sign = useCommand('agreement.sign');
  if (data === null) {
    return (
      <section className="panel grow">
        {failure ? (
          <FailureState failure={failure} onRetry={reload} />
        ) : (
          <Skeleton label={t('state.loading')} rows={5} />
        )}
      </section>
    );
  }
  const { signed, refused, before, maySign, sections } = data;
  const reason = REASONS.find((one) => one === refused?.reason) ?? 'none';
  const act = async () => {
    if ((await sign.run({ locale })) === null) return;
    showToast({ tone: 'ok', text: () => say('agreement.done') });
    reload();
  };
  // Not to sign is the person's choice, not a failure.
  const fault = sign.failure?.code === 'CANCELLED' ? null : sign.failure;
  return (
    <>
      {refused === null ? null : (
        <Notice tone="bad" icon="bad">
          {t('agreement.refused', {
            time: isolate(formatTime(refused.atMs)),
            reason: isolateText(t(`outbox.reason-${reason}`)),
          })}
        </Notice>
      )}
      {signed === null && before.length > 0 ? (
        <Notice tone="warn" icon="warn">
          {t('agreement.needed', {
            acts: isolateText(before.map((one) => t(`agreement.${one}`)).join(t('agreement.sep'))),
          })}
        </Notice>
      ) : null}
      {fault ? <FailureNote failure={fault} /> : null}
      <section className="panel grow agreement" aria-label={data.title}>
        <header>
          <h2>{data.title}</h2>
          <Tag look="text" tone="off" icon="info">
            {t('agreement.version', { version: isolate(data.version) })}
          </Tag>
          <span className="end">
            {signed === null ? (
              <Tag tone={before.length > 0 ? 'warn' : 'off'} icon="key">
                {t('agreement.unsigned')}
              </Tag>
            ) : (
              <Tag tone="ok" icon="ok">
                {t('agreement.signed')}
              </Tag>
            )}
          </span>
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text scrolls, also by keyboard */}
        <section className="body text" tabIndex={0} aria-label={t('agreement.title')}>
          {sections.map(({ heading, text }) => (
            <article key={heading}>
              <h3>{heading}</h3>
              <p>{text}</p>
            </article>
          ))}
        </section>
        <footer className="row">
          {signed === null ? (
            <>
              <span className="c2">{t(maySign ? 'agreement.read' : 'agreement.none')}</span>
              {maySign ? (
                <Button
                  className="end"
                  look="primary"
                  icon="seal"
                  disabled={sign.isBusy}
                  onClick={() => void act()}
                >
                  {t(sign.isBusy ? 'agreement.waiting' : 'agreement.sign')}
                </Button>
              ) : null}
            </>
          ) : (
            <span className="c2">
              {t('agreement.by', {
                time: isolate(formatTime(signed.atMs)),
                name: isolate(signed.by),
              })}
            </span>
          )}
        </footer>
      </section>
    </>
  );
}
