import type { SyncStatus } from '../../shared/ipc/routes/sync';
import { useT } from '../i18n';
import { useDesk } from '../lib/desk-store';
import { formatCount, formatTime, isolate } from '../lib/format';
import { goTo, useNavigation } from '../lib/navigation';
import { Button } from '../ui/Button';
import { Notice } from '../ui/PageState';

/** What is not the server's: groups of rows, or the names of issuers alone. */
export function differsText(
  { why, buckets }: SyncStatus['proof'],
  t: ReturnType<typeof useT>,
): string {
  if (why === 'names-differ' || why === 'moves-differ') return t(`freshness.${why}`);
  return t('freshness.differs', { count: isolate(formatCount(buckets)) });
}

/** Partial, stale, different or offline: said above the records that it concerns, at most one line. */
export function Freshness() {
  const t = useT();
  const sync = useDesk((store) => store.sync);
  const isEmergency = useDesk((store) => store.state?.emergency.isActive ?? false);
  const progress = useDesk((store) => store.progress);
  const isSyncPage = useNavigation((store) => store.place.page === 'sync');
  if (!sync) return null;
  const toSync = isSyncPage ? null : (
    <Button size="s" icon="sync" onClick={() => goTo({ page: 'sync' })}>
      {t('freshness.to-sync')}
    </Button>
  );
  const time = sync.asOfMs === null ? '–' : isolate(formatTime(sync.asOfMs));
  if (sync.proof.state === 'differs')
    return (
      <Notice tone="bad" icon="warn" action={toSync}>
        {differsText(sync.proof, t)}
      </Notice>
    );
  const { why } = sync.proof;
  if (why === 'altered' || why === 'older')
    return (
      <Notice tone="bad" icon="warn" action={toSync}>
        {t(`freshness.${why}`)}
      </Notice>
    );
  if (sync.isCut)
    return (
      <Notice tone="bad" icon="warn" action={toSync}>
        {t('emergency.cut', { time })}
      </Notice>
    );
  if (sync.isStale)
    return (
      <Notice tone="warn" icon="clock" action={toSync}>
        {t('freshness.stale', { time })}
      </Notice>
    );
  if (progress?.isFirst && progress.phase === 'late')
    return (
      <Notice tone="warn" icon="layers">
        {t('freshness.partial')}
      </Notice>
    );
  // What waits to be sent is not known to the emergency reader; its ribbon says the rest.
  if (sync.connection === 'offline' && !isEmergency)
    return (
      <Notice tone="off" icon="wifioff">
        {t('freshness.offline', { count: isolate(formatCount(sync.pending)) })}
      </Notice>
    );
  return null;
}
