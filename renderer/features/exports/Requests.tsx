import { useEffect } from 'react';
import type { RouteOutput } from '../../../shared/ipc/contract';
import { useT } from '../../i18n';
import { on } from '../../lib/desk';
import { formatCount, formatTime, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { useQuery } from '../../lib/use-query';
import { FailureNote } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import type { IconName } from '../../ui/icon-paths';
import { Tag, type TagTone } from '../../ui/Tag';
import { hasEnded, showRun, useDraft } from './draft-store';
import { useRequests } from './requests-store';

type Request = RouteOutput<'exports.factors'>['requests'][number];
const LOOKS: Record<Request['state'], { readonly tone: TagTone; readonly icon: IconName }> = {
  waiting: { tone: 'info', icon: 'clock' },
  approved: { tone: 'ok', icon: 'ok' },
  refused: { tone: 'bad', icon: 'ban' },
  over: { tone: 'warn', icon: 'clock' },
  unheard: { tone: 'warn', icon: 'clock' },
};

/** Exports that wait for consent, or were decided: told when the decision comes, and gone on with from here. */
export function Requests() {
  const t = useT();
  const version = useRequests((store) => store.version);
  const factors = useQuery('exports.factors', {});
  const { reload } = factors;
  const step = useDraft((draft) => draft.step);
  const progress = useDraft((draft) => draft.progress);
  const resume = useCommand('exports.resume');
  const dismiss = useCommand('exports.dismiss');
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks again whenever one was queued
  useEffect(() => reload(), [version, reload]);
  useEffect(() => on('sync.changed', reload), [reload]);
  const requests = factors.data?.requests ?? [];
  if (requests.length === 0) return null;
  const isRunning = step === 'running' && !hasEnded(progress);
  const go = async (request: string) => {
    useDraft.setState({ step: 'factor', jobId: null, progress: null });
    const answer = await resume.run({ request });
    if (answer?.outcome === 'started') showRun(answer);
    else useDraft.setState({ step: 'scope' });
    reload();
  };
  const failure = resume.failure ?? dismiss.failure;
  return (
    <section className="panel requests" aria-label={t('exports.requests')}>
      <header>
        <h2>{t('exports.requests')}</h2>
      </header>
      {failure ? <FailureNote failure={failure} /> : null}
      <ul>
        {requests.map((one) => (
          <li key={one.request}>
            <Tag look="text" {...LOOKS[one.state]}>
              {t(`exports.request-${one.state}`)}
            </Tag>
            <span className="mono c2">{one.traceId}</span>
            <span className="el" title={`${one.scope} ${one.purpose}`}>
              {t(`exports.class-${one.purposeClass}`)}
              {t('exports.class-sep')}
              {one.purpose}
            </span>
            <span>{t('exports.request-count', { count: isolate(formatCount(one.count)) })}</span>
            <span className="c2 t12 el">
              {one.recipient === null
                ? null
                : `${t('exports.request-for', { holder: isolate(one.recipient) })} `}
              {one.state === 'waiting' || one.state === 'unheard'
                ? t('exports.request-asked', { time: isolate(formatTime(one.askedMs)) })
                : t('exports.request-by', {
                    by: isolate(one.by ?? '–'),
                    note: isolate(one.note || '–'),
                  })}
            </span>
            {one.state === 'approved' ? (
              <Button
                size="s"
                look="primary"
                icon="seal"
                disabled={isRunning || resume.isBusy}
                onClick={() => void go(one.request)}
              >
                {t('exports.request-go')}
              </Button>
            ) : null}
            {one.state !== 'approved' ? (
              <Button
                size="s"
                look="quiet"
                disabled={dismiss.isBusy}
                onClick={() => void dismiss.run({ request: one.request }).then(reload)}
              >
                {t('exports.request-close')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
