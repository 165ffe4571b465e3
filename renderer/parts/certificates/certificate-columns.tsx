import { useMemo } from 'react';
import type { RouteOutput } from '../../../shared/ipc/contract';
import type { CertificateItem } from '../../../shared/ipc/routes/search';
import { type Translate, useIsRtl, useT } from '../../i18n';
import type { CatalogueKey } from '../../i18n/catalogue';
import { useDesk } from '../../lib/desk-store';
import { formatDay } from '../../lib/format';
import { kindText } from '../../lib/kind-words';
import { barOf, lookOf } from '../../lib/status';
import { categoryNames, industryName, regionName, useTables } from '../../lib/tables';
import { Num } from '../../ui/Num';
import { ValidityBar } from '../../ui/ValidityBar';
import type { TableColumn } from '../../ui/VirtualTable';
import { DaysLeft } from '../DaysLeft';
import { StatusTag } from '../StatusTag';

/** Columns that a list of certificates can have, in the order in which they stand. */
export const COLUMN_IDS = [
  'status',
  'name',
  'id',
  'number',
  'kind',
  'company',
  'industry',
  'region',
  'valid-from',
  'valid-to',
  'review',
  'left',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

/** What a row is about cannot be hidden. */
export const FIXED_COLUMNS: readonly ColumnId[] = ['status', 'name'];

export const COLUMN_WORDS: Readonly<Record<ColumnId, CatalogueKey>> = {
  status: 'search.col-status',
  name: 'search.col-name',
  id: 'search.col-id',
  number: 'search.col-number',
  kind: 'search.col-kind',
  company: 'search.col-company',
  industry: 'search.col-industry',
  region: 'search.col-region',
  'valid-from': 'lists.issued',
  'valid-to': 'search.valid-to',
  review: 'search.review-to',
  left: 'search.col-left',
};

const TRACKS: Readonly<Record<ColumnId, string>> = {
  status: '136px',
  name: '88px',
  id: '152px',
  number: '168px',
  kind: 'minmax(88px,1.05fr)',
  company: 'minmax(88px,1fr)',
  industry: '108px',
  region: '84px',
  'valid-from': '104px',
  'valid-to': '104px',
  review: '104px',
  left: '186px',
};

/** Widest that the columns may be together on a screen of 1366, and what each takes at least, in px. */
const ROOM = 1120;
const LEAST: Readonly<Record<ColumnId, number>> = {
  status: 136,
  name: 88,
  id: 152,
  number: 168,
  kind: 88,
  company: 88,
  industry: 108,
  region: 84,
  'valid-from': 104,
  'valid-to': 104,
  review: 104,
  left: 186,
};

/** Whether the columns fit a screen of 1366 beside the navigation. */
export function doColumnsFit(ids: readonly ColumnId[]): boolean {
  return ids.reduce((sum, id) => sum + LEAST[id], 0) <= ROOM;
}

type Cell = TableColumn<CertificateItem>['cell'];

function dateCells(
  isStale: boolean,
): Pick<Record<ColumnId, Cell>, 'review' | 'left' | 'valid-from' | 'valid-to'> {
  return {
    'valid-from': (item) => <Num>{formatDay(item.validity.validFrom)}</Num>,
    'valid-to': (item) => <Num>{formatDay(item.validity.validTo)}</Num>,
    review: ({ validity }) =>
      validity.reviewDue === null ? '–' : <Num>{formatDay(validity.reviewDue)}</Num>,
    left: (item) => {
      const bar = barOf(item.validity);
      const { tone } = lookOf(item.validity.status);
      return (
        <>
          <span className="vbc">
            <ValidityBar
              tone={tone === 'info' ? 'off' : tone}
              percent={bar.percent}
              reviewPercent={bar.reviewPercent}
              isStale={isStale}
            />
          </span>
          <DaysLeft validity={item.validity} />
        </>
      );
    },
  };
}

function cellsOf(
  t: Translate,
  tables: RouteOutput<'records.tables'>,
  isShort: boolean,
  isStale: boolean,
): Record<ColumnId, Cell> {
  const kindCell = (item: CertificateItem) => {
    const category = categoryNames(tables, item.category);
    if (!category) return kindText(t, item.kind);
    return isShort ? category[1] : `${kindText(t, item.kind)}·${category[1]}`;
  };
  return {
    ...dateCells(isStale),
    status: (item) => <StatusTag status={item.validity.status} kind={item.kind} />,
    name: (item) => (
      <b title={item.name}>
        <bdi>{item.name}</bdi>
      </b>
    ),
    id: (item) => <span className="mono c2">{item.maskedId}</span>,
    number: (item) => <span className="mono c2">{item.number}</span>,
    kind: (item) => <span title={kindCell(item)}>{kindCell(item)}</span>,
    company: (item) => <span title={item.company ?? ''}>{item.company ?? '–'}</span>,
    industry: (item) => (
      <span title={industryName(tables, item.industry)}>{industryName(tables, item.industry)}</span>
    ),
    region: (item) => <span title={item.region}>{regionName(tables, item.region)}</span>,
  };
}

/** The chosen columns of a list of certificates, in the order of the list. */
export function useCertificateColumns(
  ids: readonly ColumnId[],
): readonly TableColumn<CertificateItem>[] {
  const t = useT();
  const tables = useTables();
  const isRtl = useIsRtl();
  const isStale = useDesk((store) => store.sync?.isStale ?? true);
  return useMemo(() => {
    // Where there is little room, or a line of two directions, the item alone says it.
    const cells = cellsOf(t, tables, ids.length > 8 || isRtl, isStale);
    return COLUMN_IDS.filter((id) => ids.includes(id)).map((id) => ({
      id,
      title: t(COLUMN_WORDS[id]),
      track: TRACKS[id],
      cell: cells[id],
    }));
  }, [ids, t, tables, isRtl, isStale]);
}
