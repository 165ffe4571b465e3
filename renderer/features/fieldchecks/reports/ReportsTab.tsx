import { useState } from 'react';
import type { ReportView } from '../../../../shared/ipc/routes/reports';
import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { formatCount, formatTime, isolate } from '../../../lib/format';
import { goTo } from '../../../lib/navigation';
import type { Tone } from '../../../lib/status';
import { useQuery } from '../../../lib/use-query';
import { FailureState } from '../../../parts/FailureState';
import { ReportDialog } from '../../../parts/report/ReportDialog';
import { Button } from '../../../ui/Button';
import type { IconName } from '../../../ui/icon-paths';
import { Num } from '../../../ui/Num';
import { PageState, Skeleton } from '../../../ui/PageState';
import { Tag } from '../../../ui/Tag';

const LOOKS: Readonly<
  Record<ReportView['state'], { readonly tone: Tone; readonly icon: IconName }>
> = {
  waiting: { tone: 'info', icon: 'queue' },
  'under-review': { tone: 'warn', icon: 'clock' },
  accepted: { tone: 'ok', icon: 'ok' },
  rejected: { tone: 'bad', icon: 'bad' },
};
const REASONS = [
  'form',
  'row-gone',
  'row-changed',
  'payload',
  'key',
  'kind',
  'judge-failed',
] as const;

/** What this person reported from the field, and what became of it. */
export function ReportsTab() {
  const t = useT();
  const pending = useDesk((store) => store.sync?.pending ?? 0);
  const [round, setRound] = useState(0);
  const [isFake, setFake] = useState(false);
  const query = useQuery('reports.list', {}, `${pending} ${round}`);
  const reason = (text: string) => {
    const known = REASONS.find((one) => one === text);
    return known === undefined ? text : t(`outbox.reason-${known}`);
  };
  const reports = query.data?.reports ?? null;
  return (
    <section className="panel grow fieldlist">
      <header>
        <h2>{t('report.own')}</h2>
        <span className="end">
          <Button icon="warn" onClick={() => setFake(true)}>
            {t('report.act-suspected-fake')}
          </Button>
        </span>
      </header>
      {query.failure ? (
        <FailureState failure={query.failure} onRetry={query.reload} />
      ) : reports === null ? (
        <Skeleton label={t('state.loading')} rows={6} />
      ) : reports.length === 0 ? (
        <PageState icon="queue" title={t('report.empty')} text={t('report.empty-text')} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
        <ul className="duelist whole" tabIndex={0} aria-label={t('report.own')}>
          {reports.map((one) => (
            <li key={one.key}>
              <span className="grow el">
                <b>{t(`report.kind-${one.kind}`)}</b> <bdi>{one.title}</bdi>
                <span className="t12 c3 blk">
                  <Num>{formatTime(one.atMs)}</Num>
                  {one.files > 0
                    ? ` · ${t('report.files', { count: isolate(formatCount(one.files)) })}`
                    : ''}
                  {one.reason === null ? null : (
                    <>
                      {' · '}
                      <bdi>{reason(one.reason)}</bdi>
                    </>
                  )}
                </span>
              </span>
              <Tag {...LOOKS[one.state]} look="text">
                {t(`report.state-${one.state}`)}
              </Tag>
              {one.certificate === null ? null : (
                <Button
                  size="s"
                  icon="file"
                  onClick={() => goTo({ page: 'record', id: one.certificate ?? 0, trail: '' })}
                >
                  {t('scan.open-record')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {isFake ? (
        <ReportDialog
          kind="suspected-fake"
          about={null}
          onClose={() => setFake(false)}
          onSent={() => setRound((n) => n + 1)}
        />
      ) : null}
    </section>
  );
}
