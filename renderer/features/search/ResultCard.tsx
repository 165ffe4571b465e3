import type { CertificateItem } from '../../../shared/ipc/routes/search';
import { useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatDay } from '../../lib/format';
import { kindText } from '../../lib/kind-words';
import { barOf, lookOf } from '../../lib/status';
import { categoryNames, useTables } from '../../lib/tables';
import { DaysLeft } from '../../parts/DaysLeft';
import { StatusTag } from '../../parts/StatusTag';
import { ValidityBar } from '../../ui/ValidityBar';

/** One certificate at a glance: status and deciding date large. */
export function ResultCard({
  item,
  onOpen,
}: {
  readonly item: CertificateItem;
  readonly onOpen: () => void;
}) {
  const t = useT();
  const tables = useTables();
  const isStale = useDesk((store) => store.sync?.isStale ?? true);
  const { tone } = lookOf(item.validity.status);
  const bar = barOf(item.validity);
  return (
    <button type="button" className="panel qc" onClick={onOpen}>
      <span className="top">
        <StatusTag status={item.validity.status} kind={item.kind} />
        <DaysLeft validity={item.validity} />
      </span>
      <span className="who">
        <b>
          <bdi>{item.name}</bdi>
        </b>
        <span className="mono c3">{item.maskedId}</span>
      </span>
      <span className="cat el">
        {categoryNames(tables, item.category)?.[1] ?? kindText(t, item.kind)}
      </span>
      <span className="val">
        <span className="t12 c3">
          {t(item.validity.deciding === 'review' ? 'search.review-to' : 'search.valid-to')}
        </span>
        <b className="num">{formatDay(bar.decidingDay)}</b>
      </span>
      <ValidityBar
        tone={tone === 'info' ? 'off' : tone}
        percent={bar.percent}
        reviewPercent={bar.reviewPercent}
        isStale={isStale}
      />
    </button>
  );
}
