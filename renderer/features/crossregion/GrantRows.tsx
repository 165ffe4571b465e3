import { useState } from 'react';
import type { CertificateItem } from '../../../shared/ipc/routes/search';
import { useT } from '../../i18n';
import { formatCount, formatDay, isolate } from '../../lib/format';
import { categoryNames, regionName, useTables } from '../../lib/tables';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import { FailureState } from '../../parts/FailureState';
import { StatusTag } from '../../parts/StatusTag';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { PageState, Skeleton } from '../../ui/PageState';
import { TextInput } from '../../ui/TextInput';

const PAGE = 50;

/** Looks into the rows of a grant. They are not the office's: found here alone, and marked as what they are. */
export function GrantRows({ request }: { readonly request: string }) {
  const t = useT();
  const tables = useTables();
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState<{ readonly text: string; readonly offset: number } | null>(
    null,
  );
  const [open, setOpen] = useState<number | null>(null);
  const query = useQuery(
    'cross-region.search',
    asked === null ? null : { request, ...asked, limit: PAGE },
    useMoment(),
  );
  const { data } = query;
  return (
    <div className="grantrows">
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
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key */}
          <section className="scroll x grow" tabIndex={0} aria-label={t('crossregion.results')}>
            <table className="tbl">
              <thead>
                <tr>
                  <th scope="col">{t('crossregion.name')}</th>
                  <th scope="col">{t('crossregion.number')}</th>
                  <th scope="col">{t('crossregion.kind')}</th>
                  <th scope="col">{t('crossregion.company')}</th>
                  <th scope="col">{t('crossregion.region')}</th>
                  <th scope="col">{t('crossregion.status')}</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map((item) => (
                  <Row
                    key={item.id}
                    item={item}
                    region={regionName(tables, item.region)}
                    category={categoryNames(tables, item.category)?.[1] ?? null}
                    onOpen={() => setOpen(item.id)}
                  />
                ))}
              </tbody>
            </table>
          </section>
          <Pager
            offset={asked?.offset ?? 0}
            total={data.total}
            onTurn={(offset) => setAsked({ text: asked?.text ?? '', offset })}
          />
        </>
      )}
      {open === null ? null : (
        <RecordDialog request={request} id={open} onClose={() => setOpen(null)} />
      )}
    </div>
  );
}

function Row({
  item,
  region,
  category,
  onOpen,
}: {
  readonly item: CertificateItem;
  readonly region: string;
  readonly category: string | null;
  readonly onOpen: () => void;
}) {
  const t = useT();
  return (
    <tr>
      <td>
        <button type="button" className="link" onClick={onOpen}>
          <bdi>{item.name}</bdi>
        </button>{' '}
        <bdi className="num c3">{item.maskedId}</bdi>
      </td>
      <td className="num">
        <bdi>{item.number}</bdi>
      </td>
      <td>
        {t(`kinds.${item.kind}`)}
        {category === null ? null : <span className="c3"> · {category}</span>}
      </td>
      <td>
        <bdi>{item.company ?? '–'}</bdi>
      </td>
      <td>
        <bdi>{region}</bdi>
      </td>
      <td>
        <StatusTag status={item.validity.status} />
      </td>
    </tr>
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

function RecordDialog({
  request,
  id,
  onClose,
}: {
  readonly request: string;
  readonly id: number;
  readonly onClose: () => void;
}) {
  const t = useT();
  const query = useQuery('cross-region.record', { request, id }, useMoment());
  const record = query.data?.record ?? null;
  return (
    <Dialog
      title={t('crossregion.record')}
      onClose={onClose}
      isWide
      actions={<Button onClick={onClose}>{t('act.close')}</Button>}
    >
      {query.failure ? (
        <FailureState failure={query.failure} onRetry={query.reload} />
      ) : record === null ? (
        query.state === 'ready' ? (
          <PageState icon="search" title={t('crossregion.not-found')} />
        ) : (
          <Skeleton label={t('state.loading')} rows={4} />
        )
      ) : (
        <dl className="dl">
          <dt>{t('crossregion.status')}</dt>
          <dd>
            <StatusTag status={record.item.validity.status} look="tag" />
          </dd>
          <dt>{t('crossregion.name')}</dt>
          <dd>
            <bdi>{record.item.name}</bdi> <bdi className="num c3">{record.item.maskedId}</bdi>
          </dd>
          <dt>{t('crossregion.number')}</dt>
          <dd className="num">
            <bdi>{record.item.number}</bdi>
          </dd>
          <dt>{t('crossregion.kind')}</dt>
          <dd>{t(`kinds.${record.item.kind}`)}</dd>
          <dt>{t('crossregion.company')}</dt>
          <dd>
            <bdi>{record.item.company ?? '–'}</bdi>
          </dd>
          <dt>{t('crossregion.issuer')}</dt>
          <dd>
            <bdi>{record.issuer}</bdi>
          </dd>
          <dt>{t('crossregion.valid')}</dt>
          <dd className="num">
            <bdi>
              {formatDay(record.item.validity.validFrom)} –{' '}
              {formatDay(record.item.validity.validTo)}
            </bdi>
          </dd>
          <dt>{t('crossregion.review')}</dt>
          <dd className="num">
            {record.item.validity.reviewDue === null
              ? '–'
              : formatDay(record.item.validity.reviewDue)}
          </dd>
          <dt>{t('crossregion.events')}</dt>
          <dd>
            {record.events.length === 0 ? (
              <span className="c3">{t('crossregion.no-events')}</span>
            ) : (
              record.events.map((event) => (
                <div key={event.seq}>
                  <bdi className="num">{formatDay(event.day)}</bdi> {t(`events.${event.type}`)}{' '}
                  <bdi className="c3">{event.by}</bdi>
                </div>
              ))
            )}
          </dd>
        </dl>
      )}
    </Dialog>
  );
}
