import type { UpdateStatus } from '../../../../shared/ipc/routes/update';
import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { formatBytes, formatTime, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Progress } from '../../../ui/Progress';
import { Tag } from '../../../ui/Tag';
import { InstallNote } from './InstallNote';

interface OfferViewProps {
  readonly status: UpdateStatus;
  readonly offer: NonNullable<UpdateStatus['offer']>;
  readonly mayAct: boolean;
}

/** A version that is newer: what it brings, how far it has come, and what to do. */
export function OfferView({ status, offer, mayAct }: OfferViewProps) {
  const t = useT();
  const locale = useDesk((store) => store.state?.settings.locale ?? 'zh-CN');
  const fetch = useCommand('update.fetch');
  const pause = useCommand('update.pause');
  const cancel = useCommand('update.cancel');
  const { phase, doneBytes } = status;
  const failure = fetch.failure ?? pause.failure ?? cancel.failure;
  const isUnderway = phase === 'fetching' || phase === 'paused';
  const cancelButton = (
    <Button size="s" disabled={cancel.isBusy} onClick={() => void cancel.run({})}>
      {t('act.cancel')}
    </Button>
  );
  return (
    <div className="upd">
      <div className="updhead">
        <b>{t('update.version', { version: isolate(offer.version) })}</b>
        {phase === 'waiting' ? (
          <Tag tone="ok" icon="shieldok">
            {t('update.verified')}
          </Tag>
        ) : offer.isDue ? (
          <Tag tone="warn" icon="flag">
            {t('update.due-tag')}
          </Tag>
        ) : (
          <Tag tone="info" icon="download">
            {t('update.found')}
          </Tag>
        )}
        <span className="c3 t12">
          {t('update.published', { time: isolate(formatTime(offer.publishedMs)) })} ·{' '}
          {isolate(formatBytes(offer.bytes))} · {t(`update.origin-${offer.origin}`)}
        </span>
        {phase === 'found' && mayAct ? (
          <span className="end">
            <Button
              look="primary"
              icon="download"
              disabled={fetch.isBusy}
              onClick={() => void fetch.run({})}
            >
              {t('update.fetch')}
            </Button>
          </span>
        ) : null}
      </div>
      {failure ? <FailureNote failure={failure} /> : null}
      {isUnderway ? (
        <Progress
          icon={phase === 'paused' ? 'pause' : 'download'}
          title={t(phase === 'paused' ? 'update.paused' : 'update.fetching')}
          done={doneBytes}
          total={offer.bytes}
          detail={t('update.progress', {
            done: isolate(formatBytes(doneBytes)),
            total: isolate(formatBytes(offer.bytes)),
          })}
          remaining={t(phase === 'paused' ? 'update.kept' : 'update.leave')}
          {...(phase === 'paused' ? { tone: 'warn' as const } : {})}
          action={
            mayAct ? (
              <span className="row">
                {phase === 'paused' ? (
                  <Button
                    look="primary"
                    size="s"
                    disabled={fetch.isBusy}
                    onClick={() => void fetch.run({})}
                  >
                    {t('update.resume')}
                  </Button>
                ) : (
                  <Button size="s" disabled={pause.isBusy} onClick={() => void pause.run({})}>
                    {t('update.pause')}
                  </Button>
                )}
                {cancelButton}
              </span>
            ) : null
          }
        />
      ) : null}
      {phase === 'waiting' ? (
        <InstallNote status={status} mayAct={mayAct} cancelButton={cancelButton} />
      ) : null}
      <section className="updnotes" aria-label={t('update.notes')}>
        <h3>{t('update.notes')}</h3>
        {/* Lines as they were written: plain text, never markup. */}
        <p className="sel" dir="auto">
          {offer.notes[locale]}
        </p>
      </section>
    </div>
  );
}
