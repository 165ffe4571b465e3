import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { formatCount, formatDay, isolate } from '../../../lib/format';
import { useQuery } from '../../../lib/use-query';
import { Icon } from '../../../ui/Icon';

/** As of when this device can tell of certificates from elsewhere. */
export function NationalNote() {
  const t = useT();
  const asOf = useDesk((store) => store.sync?.asOfMs ?? 0);
  const query = useQuery('scan.national', {}, String(asOf));
  if (query.data === null) return null;
  const { held } = query.data;
  return (
    <p className="t12 c3 row nationalnote">
      <Icon name={held === null || held.isOld ? 'clock' : 'shieldok'} size="s" />
      <span>
        {held === null
          ? t('scan.national-none')
          : t('scan.national', {
              day: isolate(formatDay(held.day)),
              count: isolate(formatCount(held.listed)),
            })}
      </span>
    </p>
  );
}
