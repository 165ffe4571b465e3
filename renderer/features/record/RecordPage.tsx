import { dayInShanghai } from '../../../shared/kernel/day';
import { useT } from '../../i18n';
import { formatDay, isolate, isolateText } from '../../lib/format';
import { goBack } from '../../lib/navigation';
import { regionName, useTables } from '../../lib/tables';
import { useMoment } from '../../lib/use-moment';
import { useQuery } from '../../lib/use-query';
import { useAttachment } from '../../parts/attachments/use-attachment';
import { FailureState } from '../../parts/FailureState';
import { Freshness } from '../../parts/Freshness';
import { KeepButton } from '../../parts/saved/KeepButton';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Notice, PageState, Skeleton } from '../../ui/PageState';
import { CertificateCard } from './CertificateCard';
import { ChangeHistory } from './ChangeHistory';
import { Clocks } from './Clocks';
import { PdfButton } from './PdfButton';
import { PersonDrawer } from './PersonDrawer';
import { Provenance } from './Provenance';
import { TrainingPanel } from './TrainingPanel';

/** One certificate: status and both clocks large, then training, changes, source, and the person's others. */
export function RecordPage({ id, trail }: { readonly id: number; readonly trail: string }) {
  const t = useT();
  const query = useQuery('records.certificate', { id }, useMoment());
  // Where it could not be asked again, a record of before a mark must not stand beside the words that say so.
  const record = query.failure ? null : (query.data?.record ?? null);
  const tables = useTables();
  const own = useQuery(
    'attachments.of',
    record === null ? null : { certificateId: id },
    useMoment(),
  );
  const photoItem = own.data?.photo;
  const photo = useAttachment(id, photoItem ?? null);
  return (
    <div className={record ? 'lay' : 'lay alone'}>
      <div className="page">
        <div className="phead">
          <Button look="quiet" icon="left" flipsIcon aria-label={t('act.back')} onClick={goBack} />
          <nav className="crumb" aria-label={t('record.trail')}>
            <button type="button" className="link" onClick={goBack}>
              {t('shell.search')}
            </button>
            {trail ? (
              <>
                <Icon name="right" size="s" flips /> <span>{trail}</span>
              </>
            ) : null}
            <Icon name="right" size="s" flips />{' '}
            <b>
              <bdi>{record?.item.name ?? '…'}</bdi>
            </b>
          </nav>
          <span className="grow" />
          {record ? <PdfButton id={id} /> : null}
          {record ? (
            <KeepButton
              subject="certificate"
              id={id}
              title={`${record.item.name} ${record.item.number}`}
            />
          ) : null}
        </div>
        {query.failure ? (
          <section className="panel grow">
            <FailureState failure={query.failure} onRetry={query.reload} />
          </section>
        ) : query.data === null ? (
          <section className="panel grow">
            <Skeleton label={t('state.loading')} rows={6} />
          </section>
        ) : record === null ? (
          <section className="panel grow">
            <PageState
              icon="search"
              title={t('search.empty')}
              text={
                query.data.movedTo
                  ? t('record.moved', { region: regionName(tables, query.data.movedTo) })
                  : t('record.absent')
              }
            />
          </section>
        ) : (
          <>
            <Freshness />
            {record.mark === null ? null : (
              <Notice tone="warn" icon="search">
                <b>{t('record.mark-title', { reason: isolateText(record.mark.reason) })}</b>{' '}
                {t('record.mark-text', {
                  day: isolate(formatDay(dayInShanghai(record.mark.sinceMs))),
                })}
              </Notice>
            )}
            <CertificateCard record={record} photoItem={photoItem} photo={photo} />
            <Clocks validity={record.item.validity} reviewDone={record.reviewDone} />
            <div className="pair">
              <TrainingPanel record={record} />
              <ChangeHistory record={record} />
            </div>
            <Provenance record={record} files={own.data?.files ?? []} />
          </>
        )}
      </div>
      {record ? <PersonDrawer record={record} trail={trail} photo={photo} /> : null}
    </div>
  );
}
