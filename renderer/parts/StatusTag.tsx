import { type ReadKind, type Status, unknownCode } from '../../shared/domain/model';
import { useT } from '../i18n';
import { useDesk } from '../lib/desk-store';
import { lookOf } from '../lib/status';
import { Tag } from '../ui/Tag';

/** Status of a certificate; green is hatched while the data are older than the rule pack's days. */
export function StatusTag({
  status,
  kind = null,
  look = 'text',
  isOld = false,
}: {
  readonly status: Status;
  /** Of the certificate: where its rules are not known here, the tag says so and not that somebody is looking into it. */
  readonly kind?: ReadKind | null;
  /** It rests on other data than the office's own, and those are too old. */
  readonly isOld?: boolean;
  readonly look?: 'tag' | 'text' | 'big';
}) {
  const t = useT();
  const isOwnStale = useDesk((store) => store.sync?.isStale ?? true);
  const isStale = isOld || isOwnStale;
  if (status === 'under-verification' && kind !== null && unknownCode(kind) !== null)
    return (
      <Tag tone="off" icon="info" look={look} title={t('unknown.rules-hint')}>
        {t('unknown.rules')}
      </Tag>
    );
  const { tone, icon } = lookOf(status);
  const title = isStale && tone === 'ok' ? t('status.stale-hint') : undefined;
  return (
    <Tag tone={tone} icon={icon} look={look} isStale={isStale} {...(title ? { title } : {})}>
      {t(`status.${status}`)}
    </Tag>
  );
}
