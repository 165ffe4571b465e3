import type { BundlePreview } from '../../../shared/ipc/routes/bundle';
import { useT } from '../../i18n';
import { formatCount, formatTime, isolate } from '../../lib/format';
import { regionName, useTables } from '../../lib/tables';
import { Notice } from '../../ui/PageState';

type Of = NonNullable<BundlePreview['otherRegions']>;

/** What a bundle brings of other regions: how requests stand, what is taken back, which rows come and for whom. */
export function OtherRegions({ of }: { readonly of: Of }) {
  const t = useT();
  const tables = useTables();
  const time = isolate(formatTime(of.atMs));
  if (of.isOlder)
    return (
      <Notice tone="info" icon="info">
        <b>{t('bundle.regions')}</b>
        <br />
        {t('bundle.regions-older', { time })}
      </Notice>
    );
  return (
    <Notice tone={of.ended > 0 ? 'warn' : 'info'} icon={of.ended > 0 ? 'warn' : 'info'}>
      <b>{t('bundle.regions')}</b>
      <ul>
        <li>{t('bundle.regions-requests', { count: isolate(formatCount(of.requests)), time })}</li>
        {of.ended > 0 ? (
          <li>{t('bundle.regions-ended', { count: isolate(formatCount(of.ended)) })}</li>
        ) : null}
        {of.grants.map(({ request, regions, rows, untilMs, isOwn, isHere }) => (
          <li key={request}>
            {t(
              isHere
                ? 'bundle.regions-here'
                : isOwn
                  ? 'bundle.regions-rows'
                  : 'bundle.regions-others',
              {
                regions: isolate(regions.map((region) => regionName(tables, region)).join(' ')),
                rows: isolate(formatCount(rows)),
                until: isolate(formatTime(untilMs)),
              },
            )}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
