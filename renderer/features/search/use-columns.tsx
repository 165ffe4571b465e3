import { useMemo } from 'react';
import type { CertificateItem } from '../../../shared/ipc/routes/search';
import { useIsRtl, useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatDay } from '../../lib/format';
import { barOf, lookOf } from '../../lib/status';
import { categoryNames, industryName, regionName, useTables } from '../../lib/tables';
import { DaysLeft } from '../../parts/DaysLeft';
import { StatusTag } from '../../parts/StatusTag';
import { Num } from '../../ui/Num';
import { ValidityBar } from '../../ui/ValidityBar';
import type { TableColumn } from '../../ui/VirtualTable';

/** The table's columns: quick shows status and dates, detailed the certificate's own data as well. */
export function useColumns(mode: 'quick' | 'detailed'): readonly TableColumn<CertificateItem>[] {
  const t = useT();
  const tables = useTables();
  const isRtl = useIsRtl();
  const isStale = useDesk((store) => store.sync?.isStale ?? true);
  return useMemo(() => {
    // Where there is little room, or a line of two directions, the item alone says it.
    const isShort = mode === 'detailed' || isRtl;
    const kindText = (item: CertificateItem) => {
      const category = categoryNames(tables, item.category);
      if (!category) return t(`kinds.${item.kind}`);
      return isShort ? category[1] : `${t(`kinds.${item.kind}`)}·${category[1]}`;
    };
    const status: TableColumn<CertificateItem> = {
      id: 'status',
      title: t('search.col-status'),
      track: '136px',
      cell: (item) => <StatusTag status={item.validity.status} />,
    };
    const name: TableColumn<CertificateItem> = {
      id: 'name',
      title: t('search.col-name'),
      track: '88px',
      cell: (item) => (
        <b title={item.name}>
          <bdi>{item.name}</bdi>
        </b>
      ),
    };
    const idNumber: TableColumn<CertificateItem> = {
      id: 'id',
      title: t('search.col-id'),
      track: '152px',
      cell: (item) => <span className="mono c2">{item.maskedId}</span>,
    };
    const number: TableColumn<CertificateItem> = {
      id: 'number',
      title: t('search.col-number'),
      track: '168px',
      cell: (item) => <span className="mono c2">{item.number}</span>,
    };
    const kind: TableColumn<CertificateItem> = {
      id: 'kind',
      title: t('search.col-kind'),
      track: 'minmax(0,1.05fr)',
      cell: (item) => <span title={kindText(item)}>{kindText(item)}</span>,
    };
    const company: TableColumn<CertificateItem> = {
      id: 'company',
      title: t('search.col-company'),
      track: 'minmax(0,1fr)',
      cell: (item) => <span title={item.company ?? ''}>{item.company ?? '–'}</span>,
    };
    const industry: TableColumn<CertificateItem> = {
      id: 'industry',
      title: t('search.col-industry'),
      track: '108px',
      cell: (item) => (
        <span title={industryName(tables, item.industry)}>
          {industryName(tables, item.industry)}
        </span>
      ),
    };
    const region: TableColumn<CertificateItem> = {
      id: 'region',
      title: t('search.col-region'),
      track: '84px',
      cell: (item) => <span title={item.region}>{regionName(tables, item.region)}</span>,
    };
    const validTo: TableColumn<CertificateItem> = {
      id: 'valid-to',
      title: t('search.valid-to'),
      track: '104px',
      cell: (item) => <Num>{formatDay(item.validity.validTo)}</Num>,
    };
    const left: TableColumn<CertificateItem> = {
      id: 'left',
      title: t('search.col-left'),
      track: '186px',
      cell: (item) => {
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
    return mode === 'quick'
      ? [status, name, idNumber, kind, company, region, validTo, left]
      : [status, name, number, kind, company, industry, region, validTo, left];
  }, [mode, t, tables, isRtl, isStale]);
}
