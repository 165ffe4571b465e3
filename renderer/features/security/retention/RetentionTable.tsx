import { RETENTION_YEARS } from '../../../../shared/domain/policy/retention';
import type { RetentionStatus } from '../../../../shared/ipc/routes/retention';
import { useT } from '../../../i18n';
import { formatCount, isolate } from '../../../lib/format';
import { Num } from '../../../ui/Num';

/** What ends: its term in years, and how a purge counts it. */
const ENDING = [
  { key: 'lookups', years: RETENTION_YEARS.lookUps, count: 'lookUps' },
  { key: 'payloads', years: RETENTION_YEARS.lookUps, count: 'payloads' },
  { key: 'batches', years: RETENTION_YEARS.batches, count: 'batches' },
  { key: 'reports', years: RETENTION_YEARS.batches, count: 'reports' },
  { key: 'visits', years: RETENTION_YEARS.batches, count: 'visits' },
] as const;
const STAYING = ['acts', 'certificates'] as const;

/** Kinds of records with their terms; beside them what the last purge took and the next would. */
export function RetentionTable({ status }: { readonly status: RetentionStatus }) {
  const t = useT();
  const { last, next } = status;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
    <section className="scroll x" tabIndex={0} aria-label={t('retention.title')}>
      <table className="tbl findings">
        <colgroup>
          <col />
          <col className="w120" />
          <col className="w120" />
          <col className="w120" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t('retention.what')}</th>
            <th scope="col">{t('retention.term')}</th>
            <th scope="col" className="r">
              {t('retention.taken')}
            </th>
            <th scope="col" className="r">
              {t('retention.due')}
            </th>
          </tr>
        </thead>
        <tbody>
          {ENDING.map(({ key, years, count }) => (
            <tr key={key} data-kind={key}>
              <th scope="row" className="wraps">
                {t(`retention.kind-${key}`)}
                <p className="t12 c3">{t(`retention.about-${key}`)}</p>
              </th>
              <td>{t('retention.years', { years: isolate(years) })}</td>
              <td className="r">{last === null ? '–' : <Num>{formatCount(last[count])}</Num>}</td>
              <td className="r">{next === null ? '–' : <Num>{formatCount(next[count])}</Num>}</td>
            </tr>
          ))}
          {STAYING.map((key) => (
            <tr key={key} data-kind={key}>
              <th scope="row" className="wraps">
                {t(`retention.kind-${key}`)}
                <p className="t12 c3">{t(`retention.about-${key}`)}</p>
              </th>
              <td>{t('retention.for-ever')}</td>
              <td className="r">–</td>
              <td className="r">–</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
