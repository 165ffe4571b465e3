import { useEffect, useState } from 'react';
import { useT } from '../../i18n';
import { on } from '../../lib/desk';
import { useDesk } from '../../lib/desk-store';
import { formatCount, isolate } from '../../lib/format';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import { FailureState } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { Notice, PageState, Skeleton } from '../../ui/PageState';
import { AskDialog } from './AskDialog';
import { RequestDetail } from './RequestDetail';
import { RequestList } from './RequestList';

const LOADING_MS = 1_000;

/** Requests to see certificates of other regions: ask, decide, and look into what was granted. */
export function CrossRegionPage() {
  const t = useT();
  const role = useDesk((store) => store.state?.session?.role);
  const query = useQuery('cross-region.list', {}, useMoment());
  const [chosen, setChosen] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const { reload } = query;
  useEffect(() => on('cross-region.changed', reload), [reload]);
  // Whether the centre took what was said here comes with a run.
  useEffect(() => on('sync.changed', reload), [reload]);
  const isLoading = query.data?.loading != null;
  useEffect(() => {
    if (!isLoading) return;
    const timer = window.setInterval(reload, LOADING_MS);
    return () => window.clearInterval(timer);
  }, [isLoading, reload]);

  const requests = query.data?.requests ?? [];
  const shown = requests.find(({ request }) => request === chosen) ?? requests[0];
  const first = shown?.request ?? null;
  // What is looked at stays, whatever newer request comes to the head of the list.
  useEffect(() => setChosen((before) => before ?? first), [first]);
  const todo = requests.filter((one) => one.todo !== null).length;
  return (
    <div className="page">
      <div className="phead">
        <h1>{t('shell.crossregion')}</h1>
        <span className="grow" />
        {role === 'approver' ? null : (
          <Button look="primary" icon="file" onClick={() => setAsking(true)}>
            {t('crossregion.ask')}
          </Button>
        )}
      </div>
      {todo > 0 ? (
        <Notice tone="warn" icon="bell">
          {t('crossregion.todo', { count: isolate(formatCount(todo)) })}
        </Notice>
      ) : (
        <Notice icon="info">{t('crossregion.about')}</Notice>
      )}
      {query.failure && query.data === null ? (
        <section className="panel grow">
          <FailureState failure={query.failure} onRetry={reload} />
        </section>
      ) : query.data === null ? (
        <section className="panel grow">
          <Skeleton label={t('state.loading')} rows={5} />
        </section>
      ) : shown === undefined ? (
        <section className="panel grow">
          <PageState
            icon="layers"
            title={t('crossregion.none')}
            text={t(role === 'approver' ? 'crossregion.none-to-decide' : 'crossregion.none-text')}
          />
        </section>
      ) : (
        <div className="crossregion">
          <RequestList requests={requests} chosen={shown.request} onChoose={setChosen} />
          <RequestDetail
            key={shown.request}
            one={shown}
            loading={query.data.loading?.request === shown.request ? query.data.loading : null}
            onChanged={reload}
          />
        </div>
      )}
      {isAsking ? (
        <AskDialog
          onClose={() => setAsking(false)}
          onAsked={() => {
            setAsking(false);
            reload();
          }}
        />
      ) : null}
    </div>
  );
}
