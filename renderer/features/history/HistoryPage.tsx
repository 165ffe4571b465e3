import { useCallback, useEffect, useState } from 'react';
import type { LookUpView } from '../../../shared/ipc/routes/watch';
import { say, useT } from '../../i18n';
import { type Failure, invoke } from '../../lib/desk';
import { formatCount, formatTime, isolate } from '../../lib/format';
import { goTo } from '../../lib/navigation';
import { useCommand } from '../../lib/use-command';
import { FailureNote, FailureState } from '../../parts/FailureState';
import { useFilterWords } from '../../parts/use-filter-words';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Notice, PageState, Skeleton } from '../../ui/PageState';
import { showToast } from '../../ui/toast-store';

/** The person's own look-ups, newest first, more on demand. */
export function HistoryPage() {
  const t = useT();
  const history = useHistory();
  const [isAsking, setAsking] = useState(false);
  const clear = useCommand('history.clear');
  const { rows } = history;
  const clearAll = async () => {
    const done = await clear.run({});
    setAsking(false);
    if (done === null) return;
    showToast({ tone: 'ok', text: () => say('history.cleared') });
    history.reload();
  };
  return (
    <div className="page">
      <div className="phead">
        <h1>{t('shell.history')}</h1>
        <span className="grow" />
        <Button
          icon="x"
          disabled={rows === null || rows.length === 0}
          onClick={() => setAsking(true)}
        >
          {t('history.clear')}
        </Button>
      </div>
      <Notice icon="shield">{t('history.about')}</Notice>
      {clear.failure ? <FailureNote failure={clear.failure} /> : null}
      {history.failure && rows !== null ? <FailureNote failure={history.failure} /> : null}
      <section className="panel grow" aria-label={t('shell.history')}>
        {history.failure && rows === null ? (
          <FailureState failure={history.failure} onRetry={history.reload} />
        ) : rows === null ? (
          <Skeleton label={t('state.loading')} rows={5} />
        ) : rows.length === 0 ? (
          <PageState icon="clock" title={t('history.none')} text={t('history.none-text')} />
        ) : (
          <Rows
            rows={rows}
            hasMore={history.hasMore}
            isBusy={history.isBusy}
            onMore={history.more}
          />
        )}
      </section>
      {isAsking ? (
        <Dialog
          title={t('history.clear')}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>{t('act.cancel')}</Button>
              <Button look="primary" disabled={clear.isBusy} onClick={() => void clearAll()}>
                {t('history.clear')}
              </Button>
            </>
          }
        >
          <p>{t('history.clear-text')}</p>
        </Dialog>
      ) : null}
    </div>
  );
}

interface HistoryState {
  readonly rows: readonly LookUpView[] | null;
  readonly hasMore: boolean;
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  readonly more: () => void;
  readonly reload: () => void;
}

function useHistory(): HistoryState {
  const [rows, setRows] = useState<readonly LookUpView[] | null>(null);
  const [hasMore, setHasMore] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const load = useCallback(async (former: readonly LookUpView[]) => {
    setBusy(true);
    const answer = await invoke('history.list', { before: former.at(-1)?.id ?? null });
    setBusy(false);
    if (!answer.ok) {
      setFailure(answer.error);
      return;
    }
    setFailure(null);
    setRows([...former, ...answer.data.rows]);
    setHasMore(answer.data.hasMore);
  }, []);
  const reload = useCallback(() => void load([]), [load]);
  useEffect(reload, [reload]);
  return { rows, hasMore, isBusy, failure, more: () => void load(rows ?? []), reload };
}

function Rows({
  rows,
  hasMore,
  isBusy,
  onMore,
}: {
  readonly rows: readonly LookUpView[];
  readonly hasMore: boolean;
  readonly isBusy: boolean;
  readonly onMore: () => void;
}) {
  const t = useT();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
    <section className="scroll x" tabIndex={0}>
      <table className="tbl">
        <colgroup>
          <col className="w180" />
          <col className="w140" />
          <col />
          <col className="w140" />
          <col className="w140" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t('history.time')}</th>
            <th scope="col">{t('history.kind')}</th>
            <th scope="col">{t('history.what')}</th>
            <th scope="col" className="r">
              {t('history.count')}
            </th>
            <th scope="col">
              <span className="vh">{t('history.again')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </tbody>
      </table>
      {hasMore ? (
        <div className="df">
          <Button className="grow" disabled={isBusy} onClick={onMore}>
            {t('history.more')}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

/** Opens it again; undefined for a question whose digits the log does not keep, or a subject that is gone. */
function openerOf({ kind, text, filter, subject, label }: LookUpView): (() => void) | undefined {
  if (kind === 'query' && text !== null)
    return () => goTo({ page: 'search', preset: { text, filter: filter ?? {} } });
  if (subject === null || label === null) return undefined;
  if (kind === 'view-person') return () => goTo({ page: 'person', id: subject });
  if (kind === 'view-company') return () => goTo({ page: 'company', id: subject });
  return () => goTo({ page: 'record', id: subject, trail: '' });
}

function Row({ row }: { readonly row: LookUpView }) {
  const t = useT();
  const words = useFilterWords();
  const narrowing = row.filter === null ? '' : words(row.filter).join(' ');
  const asked = row.hasDigits ? t('history.digits') : (row.text ?? '');
  const isQuestion = row.subject === null;
  const what = isQuestion
    ? [asked, narrowing].filter((part) => part !== '').join(' · ') || t('filter.all')
    : (row.label ?? t('history.gone'));
  const open = openerOf(row);
  const isReveal = row.kind === 'reveal';
  return (
    <tr>
      <td>
        <span className="num">{formatTime(row.atMs)}</span>
      </td>
      <td>{t(isReveal && isQuestion ? 'history.fragment' : `history.kind-${row.kind}`)}</td>
      <td title={what}>
        <bdi>{what}</bdi>
      </td>
      <td className="r">
        {isQuestion ? t('history.found', { count: isolate(formatCount(row.count)) }) : '–'}
      </td>
      <td className="r">
        {open ? (
          <Button size="s" look="quiet" icon={isQuestion ? 'search' : 'file'} onClick={open}>
            {t(isQuestion ? 'history.again' : 'saved.open')}
          </Button>
        ) : null}
      </td>
    </tr>
  );
}
