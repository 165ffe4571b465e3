import type { Followed } from '../../../shared/ipc/routes/watch';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { Tag } from '../../ui/Tag';

/** What changed in a followed item since the person last looked. */
export function Change({ one }: { readonly one: Followed | undefined }) {
  const t = useT();
  if (one === undefined) return <span className="c3">{t('saved.not-followed')}</span>;
  if (one.isWithheld) return <span className="c3">{t('saved.withheld')}</span>;
  if (one.now === null)
    return (
      <Tag look="text" tone="off" icon="ban">
        {t('saved.gone')}
      </Tag>
    );
  if (!one.isChanged)
    return (
      <span className="c3">
        {t('saved.same')} · {formatCount(one.now.count)}
      </span>
    );
  const more = one.now.count - (one.before?.count ?? 0);
  const count = isolate(formatCount(Math.abs(more)));
  return (
    <Tag look="text" tone="warn" icon="bell">
      {more > 0
        ? t('saved.more', { count })
        : more < 0
          ? t('saved.fewer', { count })
          : t('saved.other-state')}
    </Tag>
  );
}
