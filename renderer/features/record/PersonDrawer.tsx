import { useState } from 'react';
import type { CertificateRecord } from '../../../shared/ipc/routes/records';
import type { CertificateItem } from '../../../shared/ipc/routes/search';
import { useT } from '../../i18n';
import { formatDay } from '../../lib/format';
import { kindText, kindTitle } from '../../lib/kind-words';
import { goTo } from '../../lib/navigation';
import { barOf, STATUS_GROUPS } from '../../lib/status';
import { categoryNames, useTables } from '../../lib/tables';
import type { Attachment } from '../../parts/attachments/use-attachment';
import { RecordActs } from '../../parts/report/RecordActs';
import { StatusTag } from '../../parts/StatusTag';
import { KeepButton } from '../../parts/saved/KeepButton';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Num } from '../../ui/Num';
import { Picture } from '../../ui/Picture';

/** 一人一档: every certificate of the holder in this slice. */
export function PersonDrawer({
  record,
  trail,
  photo,
}: {
  readonly record: CertificateRecord;
  readonly trail: string;
  readonly photo: Attachment;
}) {
  const t = useT();
  const { item } = record;
  const { view } = photo;
  const [broken, setBroken] = useState<Uint8Array | null>(null);
  const all = [item, ...record.others];
  const inGroups = (...groups: readonly (keyof typeof STATUS_GROUPS)[]) =>
    all.filter((one) =>
      groups.some((group) =>
        (STATUS_GROUPS[group] as readonly string[]).includes(one.validity.status),
      ),
    ).length;
  const company = item.companyId;
  return (
    <aside className="drawer" aria-label={t('record.person')}>
      <header>
        <h2 className="t16">{t('record.person')}</h2>
        <span className="end" />
        <KeepButton
          subject="person"
          id={item.personId}
          title={`${item.name} ${item.maskedId}`}
          size="s"
        />
      </header>
      <div className="who">
        <span className="ph">
          {view?.state === 'here' && view.mime !== 'pdf' && view.bytes !== broken ? (
            <Picture
              bytes={view.bytes}
              mime={view.mime}
              label={t('attachment.photo')}
              maxWidth={96}
              onFail={() => setBroken(view.bytes)}
            />
          ) : (
            <Icon name="user" size="l" />
          )}
        </span>
        <span>
          <b className="t16">
            <bdi>{item.name}</bdi>
          </b>
          <span className="t12 c3 blk">
            {t(`record.${record.sex}`)} · <span className="mono">{item.maskedId}</span>
          </span>
        </span>
      </div>
      <dl className="mini">
        <div>
          <dt className="t12 c3">{t('record.certificates')}</dt>
          <dd className="num">{all.length}</dd>
        </div>
        <div>
          <dt className="t12 c3">{t('groups.valid')}</dt>
          <dd className="num ok">{inGroups('valid', 'soon')}</dd>
        </div>
        <div>
          <dt className="t12 c3">{t('record.to-do')}</dt>
          <dd className="num warn">{inGroups('soon', 'expired')}</dd>
        </div>
      </dl>
      <ul className="clist">
        {all.map((one) => (
          <Line
            key={one.id}
            item={one}
            isHere={one.id === item.id}
            onOpen={() => goTo({ page: 'record', id: one.id, trail })}
          />
        ))}
      </ul>
      <RecordActs
        certificate={item.id}
        rev={record.rev}
        title={`${item.name} ${item.number}`}
        company={item.company}
      />
      <div className="df" data-part="files">
        <Button
          className="grow"
          icon="user"
          onClick={() => goTo({ page: 'person', id: item.personId })}
        >
          {t('record.person-file')}
        </Button>
        {company === null ? null : (
          <Button
            className="grow"
            icon="building"
            onClick={() => goTo({ page: 'company', id: company })}
          >
            {t('record.company-file')}
          </Button>
        )}
      </div>
    </aside>
  );
}

function Line({
  item,
  isHere,
  onOpen,
}: {
  readonly item: CertificateItem;
  readonly isHere: boolean;
  readonly onOpen: () => void;
}) {
  const t = useT();
  const tables = useTables();
  const title = categoryNames(tables, item.category)?.[1] ?? kindText(t, item.kind);
  const bar = barOf(item.validity);
  return (
    <li className={isHere ? 'on' : undefined}>
      <button type="button" aria-current={isHere || undefined} disabled={isHere} onClick={onOpen}>
        <span className={isHere ? 'el b' : 'el'}>{title}</span>
        <StatusTag status={item.validity.status} kind={item.kind} />
        <span className="t12 c3 el">{kindTitle(t, item.kind)}</span>
        <span className="t12 c2">
          {item.validity.deciding === 'review' ? `${t('search.review-to')} ` : ''}
          <Num>{formatDay(bar.decidingDay)}</Num>
        </span>
      </button>
    </li>
  );
}
