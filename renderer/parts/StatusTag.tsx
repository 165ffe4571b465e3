import type { Status } from '../../shared/domain/model';
import { useT } from '../i18n';
import { useDesk } from '../lib/desk-store';
import { lookOf } from '../lib/status';
import { Tag } from '../ui/Tag';

/** Status of a certificate; green is hatched while the data are older than the rule pack's days. */
export function StatusTag({
  status,
  look = 'text',
  isOld = false,
}: {
  readonly status: Status;
  /** It rests on other data than the office's own, and those are too old. */
  readonly isOld?: boolean;
  readonly look?: 'tag' | 'text' | 'big';
}) {
  const t = useT();
  const isOwnStale = useDesk((store) => store.sync?.isStale ?? true);
  const isStale = isOld || isOwnStale;
  const { tone, icon } = lookOf(status);
  const title = isStale && tone === 'ok' ? t('status.stale-hint') : undefined;
  return (
    <Tag tone={tone} icon={icon} look={look} isStale={isStale} {...(title ? { title } : {})}>
      {t(`status.${status}`)}
    </Tag>
  );
}
