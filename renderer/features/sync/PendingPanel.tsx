import { useState } from 'react';
import type { RouteOutput } from '../../../shared/ipc/contract';
import type { WorkItemView } from '../../../shared/ipc/routes/outbox';
import { say, useT } from '../../i18n';
import { formatBytes, formatCount, formatTime, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { useQuery } from '../../lib/use-query';
import { FailureNote } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/PageState';
import { showToast } from '../../ui/toast-store';
import { WorkItemDialog } from './pending/WorkItemDialog';
import { WorkItemList } from './pending/WorkItemList';

interface PendingPanelProps {
  readonly pending: number;
  readonly rejected: number;
  readonly isOnline: boolean;
}

/** What waits to be sent, what the centre has to decide, and what it sent back. */
export function PendingPanel({ pending, rejected, isOnline }: PendingPanelProps) {
  const t = useT();
  // Another count is another list.
  const view = useQuery('outbox.view', {}, `${pending} ${rejected} ${isOnline}`);
  const photos = useQuery('evidence.waiting', {}, `${pending} ${isOnline}`);
  const save = useCommand('outbox.export');
  const [handled, setHandled] = useState<WorkItemView | null>(null);
  const { data } = view;
  const refused = data?.items.filter(({ verdict }) => verdict === 'rejected') ?? [];
  const done = (said: () => string) => {
    setHandled(null);
    showToast({ tone: 'ok', text: said });
    view.reload();
  };
  const exportAll = async () => {
    const answer = await save.run({});
    if (answer?.isSaved) showToast({ tone: 'ok', text: () => say('outbox.exported') });
  };
  const failure = view.failure ?? save.failure;
  return (
    <section className="panel none-grow" aria-label={t('shell.queue')}>
      <header>
        <h2>{t('shell.queue')}</h2>
        <Button
          className="end"
          size="s"
          disabled={save.isBusy || data === null}
          onClick={() => void exportAll()}
        >
          {t('outbox.export')}
        </Button>
      </header>
      <div className="body">
        {failure ? <FailureNote failure={failure} onRetry={view.reload} /> : null}
        <OutboxAlarm alarm={data?.alarm ?? null} isCopyKept={data?.isCopyKept ?? true} />
        <dl className="pend">
          <div>
            <dt>{t('sync.waiting')}</dt>
            <dd className="num">{formatCount(pending)}</dd>
          </div>
          <div>
            <dt title={t('outbox.review-title')}>{t('outbox.review')}</dt>
            <dd className="num">{formatCount(data?.underReview ?? 0)}</dd>
          </div>
          <div>
            <dt>{t('sync.rejected')}</dt>
            <dd className={rejected > 0 ? 'num warn' : 'num'}>{formatCount(rejected)}</dd>
          </div>
        </dl>
        {refused.length > 0 ? <WorkItemList items={refused} onHandle={setHandled} /> : null}
        <p className="t12 c3">
          {rejected > 0
            ? t('sync.rejected-text')
            : t(
                pending === 0 ? 'sync.all-sent' : isOnline ? 'sync.sends-soon' : 'sync.sends-later',
              )}
        </p>
        <PhotosWaiting waiting={photos.data} />
        {data?.receipt ? (
          <p className="t12 c3">
            {t('outbox.confirmed', {
              count: isolate(formatCount(data.receipt.dseq)),
              time: isolate(formatTime(data.receipt.atMs)),
            })}
          </p>
        ) : null}
      </div>
      {handled ? (
        <WorkItemDialog item={handled} onClose={() => setHandled(null)} onDone={done} />
      ) : null}
    </section>
  );
}

/** Photos and documents of reports that the centre does not have yet, that it refused, and that belong to none. */
function PhotosWaiting({ waiting }: { readonly waiting: RouteOutput<'evidence.waiting'> | null }) {
  const t = useT();
  // Whoever writes no reports is not told of their photos.
  if (waiting === null) return null;
  const { files, bytes, refused, unnamed } = waiting;
  const count = (of: number) => ({ count: isolate(formatCount(of)) });
  const parts = [
    files > 0 ? t('outbox.photos', { ...count(files), bytes: isolate(formatBytes(bytes)) }) : null,
    refused > 0 ? t('outbox.photos-refused', count(refused)) : null,
    unnamed > 0 ? t('outbox.photos-unnamed', count(unnamed)) : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : <p className="t12 c2">{parts.join(' ')}</p>;
}

interface OutboxAlarmProps {
  readonly alarm: { readonly kind: string; readonly dseq: number } | null;
  readonly isCopyKept: boolean;
}

/** Device and centre do not have the same history: said before anything else. */
function OutboxAlarm({ alarm, isCopyKept }: OutboxAlarmProps) {
  const t = useT();
  if (alarm !== null) {
    const isHealing = alarm.kind === 'server-behind';
    return (
      <Notice tone={isHealing ? 'warn' : 'bad'} icon="warn">
        {t(isHealing ? 'outbox.alarm-behind' : 'outbox.alarm-history', { number: alarm.dseq })}
      </Notice>
    );
  }
  return isCopyKept ? null : (
    <Notice tone="bad" icon="warn">
      {t('outbox.alarm-copy')}
    </Notice>
  );
}
