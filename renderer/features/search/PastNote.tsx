import type { Filter } from '../../../shared/ipc/common';
import { useT } from '../../i18n';
import { formatCount, formatDay, isolate } from '../../lib/format';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { ask } from './search-store';

/** What a list of a past day is, and what of it cannot be known. */
export function PastNote({
  past,
  filter,
}: {
  readonly past: { readonly day: number; readonly unknown: number };
  readonly filter: Filter;
}) {
  const t = useT();
  return (
    <p className="note t12" role="status">
      <Icon name="info" size="s" />
      <span className="grow">
        {t('search.past', { day: isolate(formatDay(past.day)) })}
        {past.unknown > 0
          ? t('boards.past-unknown', { count: isolate(formatCount(past.unknown)) })
          : null}{' '}
        {t('search.past-export')}
      </span>
      <Button size="s" look="quiet" onClick={() => ask('', filter)}>
        {t('search.past-off')}
      </Button>
    </p>
  );
}
