import { useEffect, useState } from 'react';
import { useT } from '../i18n';
import { on } from '../lib/desk';
import { useDesk } from '../lib/desk-store';
import { isolate } from '../lib/format';
import { Icon } from '../ui/Icon';

/** Days since the last sound backup where that is too long ago; null where it is not, or nobody knows. */
export function useStaleBackup(): number | null {
  const check = useDesk((store) => store.check);
  const [told, setTold] = useState<number | 'fresh' | null>(null);
  useEffect(
    () => on('backup.changed', ({ isStale, staleDays }) => setTold(isStale ? staleDays : 'fresh')),
    [],
  );
  // A later check knows better than what was told before it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new check counts
  useEffect(() => setTold(null), [check]);
  if (told !== null) return told === 'fresh' ? null : told;
  const found = check?.runs[0]?.items.find(({ name }) => name === 'backup');
  return found?.code === 'stale' ? Number(found.params.days) : null;
}

/** On every page, to everybody: what exists only on this device has not been copied for too long. */
export function BackupRibbon({ days }: { readonly days: number }) {
  const t = useT();
  return (
    <div className="ribbon" role="note">
      <Icon name="warn" size="s" />
      {t('check.backup-stale', { days: isolate(days) })}
    </div>
  );
}
