import type { Status } from '../../../shared/domain/model';
import { boardLists } from '../../../shared/ipc/board-lists';
import type { Filter } from '../../../shared/ipc/common';
import type { CompanyFile } from '../../../shared/ipc/routes/dossiers';
import { useT } from '../../i18n';
import { formatCount, formatShare, isolate, today } from '../../lib/format';
import { STATUS_GROUPS } from '../../lib/status';
import { KpiTile } from '../../ui/KpiTile';

/** The rates of a company; pressing one narrows the list below. */
export function CompanyFigures({
  company,
  onFilter,
}: {
  readonly company: CompanyFile;
  readonly onFilter: (filter: Filter) => void;
}) {
  const t = useT();
  const sum = (statuses: readonly Status[]) =>
    statuses.reduce((total, status) => total + (company.byStatus[status] ?? 0), 0);
  const open = (statuses: readonly Status[]) => () => onFilter({ statuses: [...statuses] });
  const count = (value: number) => isolate(formatCount(value));
  const late = sum(STATUS_GROUPS.expired);
  const stopped = sum(['suspended', 'revoked', 'withdrawn', 'cancelled']);
  const staff = company.staffing[0];
  const isShort = staff !== undefined && company.certified < staff.required;
  const day = today();
  return (
    <section className="kpis" aria-label={t('company.figures')}>
      <KpiTile
        label={t('company.certified')}
        icon="user"
        tone={staff === undefined ? 'info' : isShort ? 'bad' : 'ok'}
        value={formatCount(company.certified)}
        note={
          staff === undefined
            ? t('company.no-staffing')
            : t(isShort ? 'company.staff-short' : 'company.staff-ok', {
                required: count(staff.required),
                headcount: count(staff.headcount),
                rate: isolate(formatShare(company.certified, staff.headcount)),
              })
        }
      />
      <KpiTile
        label={t('boards.total')}
        icon="id"
        tone="info"
        value={formatCount(company.total)}
        note={t('company.holders', { count: count(company.holders) })}
        onOpen={() => onFilter({})}
      />
      <KpiTile
        label={t('company.due')}
        icon="clock"
        tone="warn"
        value={formatCount(company.within.d90)}
        note={t('company.due-note', {
          seven: count(company.within.d7),
          thirty: count(company.within.d30),
        })}
        onOpen={() => onFilter(boardLists.within(day, 90))}
      />
      <KpiTile
        label={t('company.at-risk')}
        icon="bad"
        tone="bad"
        value={formatCount(late)}
        note={t('company.at-risk-note', {
          rate: isolate(formatShare(late, company.total)),
          stopped: count(stopped),
        })}
        onOpen={open(STATUS_GROUPS.expired)}
      />
      <KpiTile
        label={t('boards.renewal')}
        icon="review"
        tone="info"
        value={formatShare(company.renewal.renewed, company.isWhole ? company.renewal.ended : 0)}
        note={
          company.isWhole
            ? t('boards.renewal-note', {
                renewed: count(company.renewal.renewed),
                ended: count(company.renewal.ended),
              })
            : t('company.not-whole')
        }
      />
      <KpiTile
        label={t('company.reviews')}
        icon="review"
        tone={company.reviews.late > 0 ? 'bad' : 'ok'}
        value={formatCount(company.reviews.late)}
        note={t('company.reviews-note', { open: count(company.reviews.open) })}
        onOpen={open(['review-overdue'])}
      />
    </section>
  );
}
