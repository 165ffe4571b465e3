import type { CertificateRecord } from '../../../shared/ipc/routes/records';
import { useT } from '../../i18n';
import { formatTime, isolate } from '../../lib/format';
import { Icon } from '../../ui/Icon';

/** Where the record comes from and which version of it this is. */
export function Provenance({ record }: { readonly record: CertificateRecord }) {
  const t = useT();
  return (
    <section className="panel prov" aria-label={t('record.source')}>
      <Icon name="layers" />
      <span>{t('record.source')}</span>
      <span className="t12 c3 el">
        {t(`sources.${record.source}`)} · {t('record.version', { rev: isolate(record.rev) })}
        {record.body ? ` · ${t('record.body', { body: record.body })}` : ''}
      </span>
      <span className="t12 c3 end el">
        {t('record.as-of', {
          time: record.asOfMs === null ? '–' : isolate(formatTime(record.asOfMs)),
        })}
      </span>
    </section>
  );
}
