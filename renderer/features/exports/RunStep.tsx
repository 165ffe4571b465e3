import type { ExportProgress } from '../../../shared/ipc/routes/exports';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { FailureNote } from '../../parts/FailureState';
import { useFailureText } from '../../parts/use-failure-text';
import { Button } from '../../ui/Button';
import { PageState } from '../../ui/PageState';
import { Progress } from '../../ui/Progress';
import { Tag } from '../../ui/Tag';
import { resetDraft, useDraft } from './draft-store';
import type { ExportRecord } from './export-record';

const ORDER: readonly ExportProgress['phase'][] = [
  'collecting',
  'workbook',
  'csv',
  'report',
  'awaiting-signature',
  'signing',
  'checking',
  'done',
];

/** Progress up to the sealed package, and at the end one sentence about what happened. */
export function RunStep({ history }: { readonly history: readonly ExportRecord[] }) {
  const t = useT();
  const text = useFailureText();
  const { progress, traceId, jobId, filter, board, grant, purpose } = useDraft();
  const cancel = useCommand('exports.cancel');
  const show = useCommand('exports.show');
  const phase = progress?.phase ?? 'collecting';
  const record = history.find((one) => one.traceId === traceId);
  const again = (
    <Button size="l" onClick={() => resetDraft(filter, board, grant)}>
      {t('exports.another')}
    </Button>
  );
  return (
    <section className="panel wizard" aria-label={t('exports.this')}>
      <header>
        <h2>{t('exports.this')}</h2>
        <Tag
          tone={
            phase === 'done'
              ? 'ok'
              : phase === 'failed'
                ? 'bad'
                : phase === 'cancelled'
                  ? 'off'
                  : 'info'
          }
          icon={
            phase === 'done'
              ? 'ok'
              : phase === 'failed'
                ? 'bad'
                : phase === 'cancelled'
                  ? 'ban'
                  : phase === 'awaiting-signature'
                    ? 'key'
                    : 'sync'
          }
        >
          {t(`phases.${phase}`)}
        </Tag>
        <span className="end mono trace sel">{traceId}</span>
      </header>
      <div className="body">
        {phase === 'done' ? (
          <div className="sealed" role="status">
            <PageState
              icon="shieldok"
              title={t('exports.done')}
              text={t(board ? 'exports.board-done' : 'exports.done-text', {
                count: isolate(formatCount(record?.count ?? progress?.total ?? 0)),
              })}
            />
            <dl className="dl sel">
              <dt>{t('exports.purpose')}</dt>
              <dd>{record?.purpose ?? purpose}</dd>
              <dt>{t('exports.file')}</dt>
              <dd>
                <bdi className="mono">{record?.fileName ?? '–'}</bdi>
              </dd>
              <dt>{t('exports.signer')}</dt>
              <dd>{record?.signer ?? '–'}</dd>
              <dt>{t('exports.code')}</dt>
              <dd>
                <b className="mono t16 code">{record?.verificationCode ?? '–'}</b>
              </dd>
            </dl>
          </div>
        ) : phase === 'failed' ? (
          <PageState
            icon="warn"
            tone="bad"
            title={t('exports.failed')}
            text={text({ code: progress?.error ?? 'INTERNAL' })}
          />
        ) : phase === 'cancelled' ? (
          <PageState icon="ban" title={t('exports.cancelled')} text={t('exports.cancelled-text')} />
        ) : phase === 'awaiting-signature' ? (
          <PageState
            icon="key"
            title={t('exports.waiting')}
            text={t('exports.waiting-text', { trace: isolate(traceId ?? '') })}
          />
        ) : (
          <Progress
            icon="seal"
            title={t('exports.phase', {
              step: isolate(ORDER.indexOf(phase) + 1),
              steps: isolate(ORDER.length),
              phase: t(`phases.${phase}`),
            })}
            done={progress?.done ?? 0}
            total={progress?.total ?? 0}
            detail={
              progress && progress.total > 0
                ? `${formatCount(progress.done)} / ${formatCount(progress.total)}`
                : ''
            }
            remaining={t('exports.leave')}
          />
        )}
        {cancel.failure ? <FailureNote failure={cancel.failure} /> : null}
        {show.failure ? <FailureNote failure={show.failure} /> : null}
      </div>
      <div className="wf">
        <span className="end" />
        {phase === 'done' ? (
          <>
            {again}
            {record?.handle ? (
              <Button
                look="primary"
                size="l"
                icon="file"
                onClick={() => void show.run({ handle: record.handle ?? '' })}
              >
                {t('exports.show')}
              </Button>
            ) : null}
          </>
        ) : phase === 'failed' || phase === 'cancelled' ? (
          again
        ) : (
          <Button
            size="l"
            disabled={cancel.isBusy || jobId === null}
            onClick={() => jobId && void cancel.run({ jobId })}
          >
            {t('act.cancel')}
          </Button>
        )}
      </div>
    </section>
  );
}
