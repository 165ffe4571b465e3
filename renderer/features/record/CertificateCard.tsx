import { useState } from 'react';
import type { AttachmentItem } from '../../../shared/ipc/routes/attachments';
import type { CertificateRecord } from '../../../shared/ipc/routes/records';
import { useT } from '../../i18n';
import { formatCount, formatDay, formatTime, isolate } from '../../lib/format';
import { kindText, kindTitle } from '../../lib/kind-words';
import { goTo } from '../../lib/navigation';
import { categoryNames, industryName, regionName, useTables } from '../../lib/tables';
import { useAsOf } from '../../lib/use-as-of';
import { HolderPhoto } from '../../parts/attachments/HolderPhoto';
import type { Attachment } from '../../parts/attachments/use-attachment';
import { RevealDialog } from '../../parts/reveal/RevealDialog';
import { StatusTag } from '../../parts/StatusTag';
import { Icon } from '../../ui/Icon';
import { Num } from '../../ui/Num';
import { useReveal } from './use-reveal';

/** The certificate as a card. Plain values stand in it only while a reveal lasts. */
export function CertificateCard({
  record,
  photoItem,
  photo,
}: {
  readonly record: CertificateRecord;
  /** Undefined before it is known whether the holder has one. */
  readonly photoItem: AttachmentItem | null | undefined;
  readonly photo: Attachment;
}) {
  const t = useT();
  const asOfMs = useAsOf();
  const tables = useTables();
  const [isAsking, setAsking] = useState(false);
  const reveal = useReveal(record.item.id);
  const { item } = record;
  const { validity } = item;
  const category = categoryNames(tables, item.category);
  const { plain } = reveal;
  const daysWord =
    validity.daysLeft < 0
      ? validity.deciding === 'review'
        ? 'record.since-review'
        : 'record.since-expiry'
      : validity.deciding === 'review'
        ? 'record.to-review'
        : 'record.to-expiry';
  return (
    <article className="panel cert" aria-label={kindTitle(t, item.kind)}>
      <div className="head">
        <div className="grow">
          <h1>{kindTitle(t, item.kind)}</h1>
          <span className="c2">
            {category
              ? `${category[0]} · ${category[1]}`
              : `${kindText(t, item.kind)} · ${industryName(tables, item.industry)}`}
          </span>
        </div>
        <span className="days">
          <span className="t12 c3 blk">{t(daysWord)}</span>
          <b className="t20">
            {t('days.count', { days: isolate(formatCount(Math.abs(validity.daysLeft))) })}
          </b>
        </span>
        <span className="verdict">
          <StatusTag status={validity.status} kind={item.kind} look="big" />
          <span className="t12 c3">
            {t('record.as-of', {
              time: asOfMs === null ? '–' : isolate(formatTime(asOfMs)),
            })}
          </span>
        </span>
      </div>
      <div className="bd">
        <HolderPhoto item={photoItem} photo={photo} />
        <dl className="fields">
          <dt>{t('record.name')}</dt>
          <dd className="b">
            <bdi className={plain ? 'plain' : undefined}>{plain?.name ?? item.name}</bdi>
          </dd>
          <dt>{t('record.sex')}</dt>
          <dd>{t(`record.${record.sex}`)}</dd>
          <dt>{t('record.number')}</dt>
          <dd>
            <span className={plain ? 'mono plain' : 'mono'}>{plain?.number ?? item.number}</span>
          </dd>
          <dt>{t('record.id-number')}</dt>
          <dd className="row">
            <span className={plain ? 'mono plain' : 'mono'}>
              {plain?.idNumber ?? item.maskedId}
            </span>
            {plain ? (
              <button type="button" className="link t12 row" onClick={reveal.hide}>
                <Icon name="eyeoff" size="s" />
                {t('record.hide', { seconds: isolate(reveal.secondsLeft) })}
              </button>
            ) : (
              <button type="button" className="link t12 row" onClick={() => setAsking(true)}>
                <Icon name="eye" size="s" />
                {t('record.show')}
              </button>
            )}
          </dd>
          <dt>{t('record.first-issue')}</dt>
          <dd>
            <Num>{formatDay(record.firstIssue)}</Num>
          </dd>
          <dt>{t('record.period')}</dt>
          <dd>
            <Num>{formatDay(validity.validFrom)}</Num> {t('record.until')}{' '}
            <Num>{formatDay(validity.validTo)}</Num>
          </dd>
          <dt>{t('record.issuer')}</dt>
          <dd className="free">
            <bdi>{record.issuer}</bdi>
          </dd>
          <dt>{t('record.region')}</dt>
          <dd title={item.region}>{regionName(tables, item.region)}</dd>
          <dt>{t('record.company')}</dt>
          <dd className="free">
            {item.companyId === null || item.company === null ? (
              '–'
            ) : (
              <button
                type="button"
                className="link"
                onClick={() => goTo({ page: 'company', id: item.companyId ?? 0 })}
              >
                <bdi>{item.company}</bdi>
              </button>
            )}
          </dd>
          <dt>{t('record.phone')}</dt>
          <dd>
            <span className={plain ? 'mono plain' : 'mono'}>
              {plain ? (plain.phone ?? '–') : (record.maskedPhone ?? '–')}
            </span>
          </dd>
          {record.uscc ? (
            <>
              <dt>{t('record.uscc')}</dt>
              <dd className="w">
                <span className="mono c2">{record.uscc}</span>
              </dd>
            </>
          ) : null}
          {record.statusReason ? (
            <>
              <dt>{t('record.reason')}</dt>
              <dd className="w">
                {record.statusReason}{' '}
                {record.statusDay === null ? null : <Num>{formatDay(record.statusDay)}</Num>}
              </dd>
            </>
          ) : null}
        </dl>
      </div>
      {isAsking ? (
        <RevealDialog
          failure={reveal.failure}
          isBusy={reveal.isBusy}
          onClose={() => setAsking(false)}
          onReveal={async (reason, note) => {
            if (await reveal.show(reason, note)) setAsking(false);
          }}
        />
      ) : null}
    </article>
  );
}
