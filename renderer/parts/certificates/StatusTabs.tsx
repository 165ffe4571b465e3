import type { Status } from '../../../shared/domain/model';
import type { Filter } from '../../../shared/ipc/common';
import { useT } from '../../i18n';
import { formatCount } from '../../lib/format';
import { STATUS_GROUP_NAMES, STATUS_GROUPS, type StatusGroup } from '../../lib/status';

/** Which tab a status filter is; null when it is another set. */
export function tabOf(statuses: Filter['statuses']): StatusGroup | 'all' | null {
  if (!statuses) return 'all';
  return (
    STATUS_GROUP_NAMES.find(
      (name) =>
        STATUS_GROUPS[name].length === statuses.length &&
        STATUS_GROUPS[name].every((status) => statuses.includes(status)),
    ) ?? null
  );
}

/** Statuses by group as tabs, each with what there is of it before the choice. */
export function StatusTabs({
  counts,
  statuses,
  onChange,
}: {
  /** null: not there yet. */
  readonly counts: Readonly<Partial<Record<Status, number>>> | null;
  readonly statuses: Filter['statuses'];
  readonly onChange: (statuses: Filter['statuses']) => void;
}) {
  const t = useT();
  const tab = tabOf(statuses);
  const sum = (group: readonly Status[]) =>
    group.reduce((total, status) => total + (counts?.[status] ?? 0), 0);
  const all = Object.values(counts ?? {}).reduce<number>((total, one) => total + (one ?? 0), 0);
  const show = (count: number) => (counts === null ? '–' : formatCount(count));
  return (
    <fieldset className="tabs" aria-label={t('search.tabs')}>
      <button
        type="button"
        className={tab === 'all' ? 'on' : undefined}
        aria-pressed={tab === 'all'}
        onClick={() => onChange(undefined)}
      >
        {t('filter.all')}
        <em className="num">{show(all)}</em>
      </button>
      {STATUS_GROUP_NAMES.map((name) => (
        <button
          key={name}
          type="button"
          className={tab === name ? 'on' : undefined}
          aria-pressed={tab === name}
          onClick={() => onChange([...STATUS_GROUPS[name]])}
        >
          {t(`groups.${name}`)}
          <em className="num">{show(sum(STATUS_GROUPS[name]))}</em>
        </button>
      ))}
    </fieldset>
  );
}
