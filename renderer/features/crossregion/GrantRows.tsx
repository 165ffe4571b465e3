import { useState } from 'react';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { goTo } from '../../lib/navigation';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import { FailureState } from '../../parts/FailureState';
import { GrantAge } from '../../parts/granted/GrantAge';
import { GrantedTable } from '../../parts/granted/GrantedTable';
import { Button } from '../../ui/Button';
import { PageState, Skeleton } from '../../ui/PageState';
import { TextInput } from '../../ui/TextInput';

const PAGE = 50;

/** Looks into the rows of a grant. They are not the office's: found here alone, and marked as what they are. */
export function GrantRows({
  request,
  mayExport,
  isHidden,
}: {
  readonly request: string;
  /** The grant says so, and the person's role. */
  readonly mayExport: boolean;
  readonly isHidden: boolean;
}) {
  const t = useT();
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState<{ readonly text: string; readonly offset: number } | null>(
    null,
  );
  const query = useQuery(
    'cross-region.search',
    asked === null ? null : { request, ...asked, limit: PAGE },
    useMoment(),
  );
  const { data } = query;
  return (
    <div className="grantrows" hidden={isHidden}>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked({ text: typed.trim(), offset: 0 });
        }}
      >
        <TextInput
          icon="search"
          aria-label={t('crossregion.search')}
          placeholder={t('crossregion.search-hint')}
          maxLength={64}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button look="primary" type="submit">
          {t('crossregion.look')}
        </Button>
        {mayExport ? (
          <Button icon="seal" onClick={() => goTo({ page: 'exports', filter: {}, grant: request })}>
            {t('crossregion.export')}
          </Button>
        ) : null}
      </form>
      {query.failure ? (
        <FailureState failure={query.failure} onRetry={query.reload} />
      ) : data === null ? (
        query.state === 'loading' ? (
          <Skeleton label={t('state.loading')} rows={5} />
        ) : (
          <PageState
            icon="search"
            title={t('crossregion.here')}
            text={t('crossregion.here-text')}
          />
        )
      ) : data.items.length === 0 ? (
        <PageState
          icon="search"
          title={t('crossregion.not-found')}
          text={t('crossregion.not-found-text')}
        />
      ) : (
        <>
          <GrantAge request={request} />
          <GrantedTable request={request} items={data.items} label={t('crossregion.results')} />
          <Pager
            offset={asked?.offset ?? 0}
            total={data.total}
            onTurn={(offset) => setAsked({ text: asked?.text ?? '', offset })}
          />
        </>
      )}
    </div>
  );
}

function Pager({
  offset,
  total,
  onTurn,
}: {
  readonly offset: number;
  readonly total: number;
  readonly onTurn: (offset: number) => void;
}) {
  const t = useT();
  return (
    <div className="row pager">
      <span className="t12 c3">
        {t('crossregion.found', { count: isolate(formatCount(total)) })}
      </span>
      <span className="grow" />
      <Button size="s" disabled={offset === 0} onClick={() => onTurn(Math.max(0, offset - PAGE))}>
        {t('crossregion.previous')}
      </Button>
      <Button size="s" disabled={offset + PAGE >= total} onClick={() => onTurn(offset + PAGE)}>
        {t('crossregion.next')}
      </Button>
    </div>
  );
}
