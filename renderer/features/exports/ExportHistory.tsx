import type { RouteOutput } from '../../../shared/ipc/contract';
import { useT } from '../../i18n';
import { formatCount, formatTime, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import type { Query } from '../../lib/use-query';
import { FailureNote, FailureState } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import type { IconName } from '../../ui/icon-paths';
import { PageState, Skeleton } from '../../ui/PageState';
import { Tag, type TagTone } from '../../ui/Tag';

type Outcome = RouteOutput<'exports.history'>['items'][number]['outcome'];
const LOOKS: Record<Outcome, { readonly tone: TagTone; readonly icon: IconName }> = {
  sealed: { tone: 'ok', icon: 'ok' },
  failed: { tone: 'bad', icon: 'bad' },
  cancelled: { tone: 'off', icon: 'ban' },
};

/** Packages of boards say so in their names: what they count is numbers. */
const BOARD_FILE = '-board.';

/** What left the office through this device. */
export function ExportHistory({
  query,
}: {
  readonly query: Query<RouteOutput<'exports.history'>>;
}) {
  const t = useT();
  const show = useCommand('exports.show');
  const items = query.data?.items ?? [];
  return (
    <section className="panel grow history" aria-label={t('exports.history')}>
      <header>
        <h2>{t('exports.history')}</h2>
      </header>
      {show.failure ? <FailureNote failure={show.failure} /> : null}
      {query.failure ? (
        <FailureState failure={query.failure} onRetry={query.reload} />
      ) : query.data === null ? (
        <Skeleton label={t('state.loading')} rows={2} />
      ) : items.length === 0 ? (
        <PageState icon="seal" title={t('exports.none')} text={t('exports.none-text')} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
        <section className="scroll x" tabIndex={0}>
          <table className="tbl">
            <colgroup>
              <col className="w180" />
              <col className="w140" />
              <col />
              <col className="w88" />
              <col className="w168" />
              <col className="w140" />
              <col className="w140" />
            </colgroup>
            <thead>
              <tr>
                <th scope="col">{t('exports.trace')}</th>
                <th scope="col">{t('exports.created')}</th>
                <th scope="col">{t('exports.purpose')}</th>
                <th scope="col" className="r">
                  {t('exports.count')}
                </th>
                <th scope="col">{t('exports.code')}</th>
                <th scope="col">{t('exports.result')}</th>
                <th scope="col">
                  <span className="vh">{t('exports.show')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.traceId}>
                  <td>
                    <span className="mono c2">{item.traceId}</span>
                  </td>
                  <td>
                    <span className="num">{formatTime(item.atMs)}</span>
                  </td>
                  <td title={item.purpose}>{item.purpose}</td>
                  <td className="r num">
                    {formatCount(item.count)}
                    {item.fileName?.includes(BOARD_FILE) ? (
                      <span className="t12 c2 blk">{t('exports.board-word')}</span>
                    ) : null}
                  </td>
                  <td>
                    <span className="mono c2">{item.verificationCode ?? '–'}</span>
                  </td>
                  <td
                    title={
                      item.takenMs === null
                        ? undefined
                        : t('exports.taken', { time: isolate(formatTime(item.takenMs)) })
                    }
                  >
                    <Tag look="text" {...LOOKS[item.outcome]}>
                      {t(`exports.${item.outcome}-word`)}
                    </Tag>
                    {item.takenMs === null ? null : (
                      <span className="t12 c2 blk">{t('exports.taken-word')}</span>
                    )}
                  </td>
                  <td>
                    {item.handle ? (
                      <Button
                        size="s"
                        look="quiet"
                        icon="file"
                        onClick={() => void show.run({ handle: item.handle ?? '' })}
                      >
                        {t('exports.show')}
                      </Button>
                    ) : null}
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
