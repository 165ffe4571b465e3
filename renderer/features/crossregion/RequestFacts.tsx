import type { CrossRegionRequest } from '../../../shared/ipc/routes/cross-region';
import { useT } from '../../i18n';
import { formatCount, formatTime, isolate } from '../../lib/format';
import { useScopeWords } from './scope-words';

/** What a request says, and what it would open, for who reads it and for who decides. */
export function RequestFacts({ one }: { readonly one: CrossRegionRequest }) {
  const t = useT();
  const { regions, content, term } = useScopeWords()(one.scope);
  return (
    <dl className="dl">
      <dt>{t('crossregion.asker')}</dt>
      <dd>
        <bdi>
          {one.office} {one.name} <span className="num">{one.badge}</span>
        </bdi>
      </dd>
      <dt>{t('crossregion.asked-at')}</dt>
      <dd className="num">{formatTime(one.askedMs)}</dd>
      <dt>{t('crossregion.regions')}</dt>
      <dd>
        <bdi>{regions}</bdi>
      </dd>
      <dt>{t('crossregion.content')}</dt>
      <dd>{content}</dd>
      <dt>{t('crossregion.term')}</dt>
      <dd>{term}</dd>
      <dt>{t('crossregion.purpose')}</dt>
      <dd>
        <bdi>{one.purpose}</bdi>
      </dd>
      <dt>{t('crossregion.basis')}</dt>
      <dd>
        <bdi>{one.basis}</bdi>
      </dd>
      {one.reach === null ? null : (
        <>
          <dt>{t('crossregion.reach')}</dt>
          <dd>
            <b>{t('crossregion.certificates', { count: isolate(formatCount(one.reach)) })}</b>
          </dd>
        </>
      )}
      {one.before === null ? null : (
        <>
          <dt>{t('crossregion.before')}</dt>
          <dd>
            {t('crossregion.before-text', {
              asked: isolate(one.before.asked),
              granted: isolate(one.before.granted),
              refused: isolate(one.before.refused),
            })}
          </dd>
        </>
      )}
    </dl>
  );
}
