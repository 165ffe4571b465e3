import type { StatisticsHead, StatisticsRelease } from '../../../../shared/ipc/routes/statistics';
import { useT } from '../../../i18n';
import type { CatalogueKey } from '../../../i18n/catalogue';
import { formatCount, formatDay, isolate } from '../../../lib/format';

/** Words of heads that the page has itself. */
const WORDS = ['other', 'later', 'people'] as const;

/** The released table: noisy figures, what is left out, sums of what is shown. */
export function ReleaseTable({ release }: { readonly release: StatisticsRelease }) {
  const t = useT();
  const { table, epsilon, day, root, bound, rows, columns, cells, rowSums, columnSums } = release;
  const word = ({ code, name }: StatisticsHead): string => {
    if (name !== null) return name;
    const own = WORDS.find((one) => one === code);
    if (own !== undefined) return t(`statistics.${own}`);
    return table === 'region-kind' ? t(`kinds.${code}` as CatalogueKey) : code;
  };
  const isSingle = columns.length === 1;
  return (
    <>
      <p className="statresult">
        <b>
          {t('statistics.result', {
            table: t(`statistics.${table}`),
            epsilon: isolate(epsilon === '1/1' ? '1' : epsilon),
            day: isolate(formatDay(day)),
          })}
        </b>{' '}
        <span className="t12 c2">
          {t('statistics.result-text', {
            root: isolate(root.slice(0, 12)),
            bound: isolate(formatCount(bound)),
            suppressed: isolate(formatCount(release.suppressed)),
          })}
        </span>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key */}
      <section className="scroll x stattable" tabIndex={0} aria-label={t(`statistics.${table}`)}>
        <table className="tbl">
          <thead>
            <tr>
              <th scope="col">{t(table === 'month' ? 'statistics.month' : 'statistics.region')}</th>
              {columns.map((column) => (
                <th key={column.code} scope="col" className="r">
                  {word(column)}
                </th>
              ))}
              {isSingle ? null : (
                <th scope="col" className="r">
                  {t('statistics.sum')}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={row.code}>
                <th scope="row">
                  <bdi>{word(row)}</bdi>
                </th>
                {columns.map((column, i) => (
                  <td key={column.code} className="r num">
                    <Figure value={cells[at]?.[i] ?? null} />
                  </td>
                ))}
                {isSingle ? null : <td className="r num">{formatCount(rowSums[at] ?? 0)}</td>}
              </tr>
            ))}
            <tr className="statsum">
              <th scope="row">{t('statistics.sum')}</th>
              {columns.map((column, i) => (
                <td key={column.code} className="r num">
                  {formatCount(columnSums[i] ?? 0)}
                </td>
              ))}
              {isSingle ? null : <td className="r num">{formatCount(release.sum)}</td>}
            </tr>
          </tbody>
        </table>
      </section>
    </>
  );
}

function Figure({ value }: { readonly value: number | null }) {
  const t = useT();
  if (value !== null) return formatCount(value);
  return (
    <>
      <span aria-hidden="true">—</span>
      <span className="vh">{t('statistics.suppressed')}</span>
    </>
  );
}
