import { useRef } from 'react';
import type { Trend } from '../../../shared/ipc/routes/boards';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { useMaking } from '../../lib/use-making';
import type { Query } from '../../lib/use-query';
import { ProgressBar } from '../../ui/Progress';

interface TrendProgressProps {
  readonly query: Query<Trend>;
  /** Rows were counted into the board that are not yet in what reads every event. */
  readonly isBehind: boolean;
}

/**
 * Beside a row of figures: how far the year is while it is made, with the way to stop it, or why there is none; and that it is
 * older than the board, or leaves out certificates of which nobody can tell what they were.
 */
export function TrendProgress({ query, isBehind }: TrendProgressProps) {
  const t = useT();
  const making = useMaking('trend', query.state === 'loading');
  // Of the year as a whole, under any filter: it does not go while the next one is asked for.
  const unknown = useRef(0);
  if (query.data !== null) unknown.current = query.data.unknown;
  if (making !== null)
    return (
      <div className="making" role="status">
        <span className="el">
          {making.of === 0
            ? t('boards.trend-making')
            : t('boards.trend-part', {
                done: isolate(formatCount(making.done)),
                of: isolate(formatCount(making.of)),
              })}
        </span>
        <ProgressBar
          label={t('boards.trend-making')}
          percent={making.of === 0 ? null : (100 * making.done) / making.of}
        />
        <button type="button" className="link" onClick={making.stop}>
          {t('act.cancel')}
        </button>
      </div>
    );
  if (query.failure === null) {
    if (isBehind)
      return (
        <p className="making" title={t('boards.slow-later')}>
          <span className="el">{t('boards.slow-later')}</span>
        </p>
      );
    if (unknown.current === 0) return null;
    const count = { count: isolate(formatCount(unknown.current)) };
    return (
      <p className="left-out" title={t('boards.trend-unknown-why', count)}>
        <span aria-hidden="true" className="short">
          {t('boards.trend-unknown', count)}
        </span>
        <span className="vh">{t('boards.trend-unknown-why', count)}</span>
      </p>
    );
  }
  const isStopped = query.failure.code === 'CANCELLED';
  return (
    <div className="making" role="status">
      <span className="el">{t(isStopped ? 'boards.trend-stopped' : 'boards.trend-failed')}</span>
      <button type="button" className="link" onClick={query.reload}>
        {t('act.retry')}
      </button>
    </div>
  );
}
