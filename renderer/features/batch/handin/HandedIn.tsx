import type { ImportHead } from '../../../../shared/ipc/routes/imports';
import { useT } from '../../../i18n';
import { formatCount, formatTime, isolate } from '../../../lib/format';
import { Button } from '../../../ui/Button';
import { Num } from '../../../ui/Num';
import { PageState } from '../../../ui/PageState';
import { useHandIn } from './hand-in-store';
import { StateTag, Sums } from './StateTag';

/** What was handed in, newest first. */
export function HandedIn({ imports }: { readonly imports: readonly ImportHead[] }) {
  const t = useT();
  return (
    <section className="panel grow" aria-label={t('imports.handed-in')}>
      {imports.length === 0 ? (
        <PageState icon="queue" title={t('imports.empty')} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
        <section className="scroll x" tabIndex={0}>
          <table className="tbl">
            <colgroup>
              <col />
              <col className="w140" />
              <col className="w180" />
              <col className="w140" />
              <col className="w180" />
              <col className="w180" />
            </colgroup>
            <thead>
              <tr>
                <th scope="col">{t('imports.file')}</th>
                <th scope="col">{t('imports.list')}</th>
                <th scope="col">{t('imports.rows')}</th>
                <th scope="col">{t('imports.time')}</th>
                <th scope="col">{t('imports.state')}</th>
                <th scope="col">{t('imports.verdict')}</th>
              </tr>
            </thead>
            <tbody>
              {imports.map((one) => (
                <tr key={one.id}>
                  <td className="el">
                    {one.about === null ? (
                      <span className="c3">{t('imports.unknown')}</span>
                    ) : (
                      <Button
                        size="s"
                        icon="table"
                        onClick={() => useHandIn.setState({ shown: one.id })}
                      >
                        <bdi className="el">{one.about.file}</bdi>
                      </Button>
                    )}
                  </td>
                  <td>{one.about === null ? '–' : t(`imports.${one.about.list}`)}</td>
                  <td>{one.about === null ? '–' : <Rows {...one.about} />}</td>
                  <td>
                    <Num>{formatTime(one.atMs)}</Num>
                  </td>
                  <td>
                    <StateTag state={one.state} />
                  </td>
                  <td>
                    <Sums counts={one.counts} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function Rows({ rows, leftOut }: NonNullable<ImportHead['about']>) {
  const t = useT();
  const count = isolate(formatCount(rows));
  return leftOut === 0
    ? t('imports.count', { count })
    : t('imports.left-out', { rows: count, left: isolate(formatCount(leftOut)) });
}
