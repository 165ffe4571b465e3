import { useState } from 'react';
import type { RouteOutput } from '../../../shared/ipc/contract';
import { dayInShanghai } from '../../../shared/kernel/day';
import { useT } from '../../i18n';
import { formatDay, isolate, isolateText } from '../../lib/format';
import { eventText, kindText } from '../../lib/kind-words';
import { useCommand } from '../../lib/use-command';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Notice, PageState, Skeleton } from '../../ui/PageState';
import { FailureState } from '../FailureState';
import { RevealDialog } from '../reveal/RevealDialog';
import { useShown } from '../reveal/use-shown';
import { StatusTag } from '../StatusTag';
import { GrantAge, useIsOld } from './GrantAge';

/** One certificate out of the rows of a grant. */
export function GrantedRecord({
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
  const list = useQuery('cross-region.list', {});
  const fields = list.data?.requests.find((one) => one.request === request)?.scope.fields ?? [];
  const mayShow = fields.includes('id-number') || fields.includes('phone');
  const isOld = useIsOld(request);
  const [isAsking, setAsking] = useState(false);
  const command = useCommand('cross-region.reveal');
  const { plain, secondsLeft, put, hide } = useShown<RouteOutput<'cross-region.reveal'>>();
  if (isAsking)
    return (
      <RevealDialog
        failure={command.failure}
        isBusy={command.isBusy}
        onClose={() => setAsking(false)}
        onReveal={async (reason, note) => {
          const shown = await command.run({ request, certificateId: id, reason, note });
          if (shown === null) return;
          put(shown);
          setAsking(false);
        }}
      />
    );
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
        <>
          {record.mark === null ? null : (
            <Notice tone="warn" icon="search">
              <b>{t('record.mark-title', { reason: isolateText(record.mark.reason) })}</b>{' '}
              {t('record.mark-text', {
                day: isolate(formatDay(dayInShanghai(record.mark.sinceMs))),
              })}
            </Notice>
          )}
          <dl className="dl">
            <dt>{t('crossregion.status')}</dt>
            <dd>
              <StatusTag
                status={record.item.validity.status}
                kind={record.item.kind}
                look="tag"
                isOld={isOld}
              />{' '}
              <GrantAge request={request} />
            </dd>
            <dt>{t('crossregion.name')}</dt>
            <dd>
              <bdi className={plain ? 'plain' : undefined}>{plain?.name ?? record.item.name}</bdi>{' '}
              <bdi className={plain?.idNumber ? 'num plain' : 'num c3'}>
                {plain?.idNumber ?? record.item.maskedId}
              </bdi>{' '}
              {plain ? (
                <button type="button" className="link t12" onClick={hide}>
                  {t('record.hide', { seconds: isolate(secondsLeft) })}
                </button>
              ) : mayShow ? (
                <button type="button" className="link t12" onClick={() => setAsking(true)}>
                  {t('record.show')}
                </button>
              ) : null}
            </dd>
            <dt>{t('crossregion.number')}</dt>
            <dd className="num">
              <bdi className={plain?.number ? 'plain' : undefined}>
                {plain?.number ?? record.item.number}
              </bdi>
            </dd>
            {fields.includes('phone') ? (
              <>
                <dt>{t('record.phone')}</dt>
                <dd className="num">
                  <bdi className={plain ? 'plain' : undefined}>
                    {plain ? (plain.phone ?? '–') : (record.maskedPhone ?? '–')}
                  </bdi>
                </dd>
              </>
            ) : null}
            <dt>{t('crossregion.kind')}</dt>
            <dd>{kindText(t, record.item.kind)}</dd>
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
                    <bdi className="num">{formatDay(event.day)}</bdi> {eventText(t, event.type)}{' '}
                    <bdi className="c3">{event.by}</bdi>
                  </div>
                ))
              )}
            </dd>
          </dl>
        </>
      )}
    </Dialog>
  );
}
