import { useMemo } from 'react';
import type { BatchRowView } from '../../../shared/ipc/routes/batch';
import { useT } from '../../i18n';
import { formatDay, isolate, isolateText } from '../../lib/format';
import { kindText } from '../../lib/kind-words';
import { StatusTag } from '../../parts/StatusTag';
import type { TableColumn } from '../../ui/VirtualTable';
import type { NowOfLine } from './now-of-lines';
import { VerdictTag, wordOf } from './VerdictTag';

/** Columns of a batch's rows; `now` says what the certificate of a line reads by now. */
export function useBatchColumns(
  now: (line: number) => NowOfLine,
): readonly TableColumn<BatchRowView>[] {
  const t = useT();
  return useMemo(
    () => [
      {
        id: 'line',
        title: t('batch.line'),
        track: '64px',
        isEnd: true,
        cell: (row) => <span className="num">{row.line}</span>,
      },
      {
        id: 'name',
        title: t('batch.field-name'),
        track: '110px',
        cell: (row) => <span dir="auto">{row.name || '–'}</span>,
      },
      {
        id: 'id',
        title: t('batch.field-idNumber'),
        track: '176px',
        cell: (row) => <span className="num">{row.id || '–'}</span>,
      },
      {
        id: 'number',
        title: t('batch.field-number'),
        track: 'minmax(0,1fr)',
        cell: (row) => (
          <span className="el">
            {row.number ?? (row.found > 1 ? t('batch.found', { count: isolate(row.found) }) : '–')}
          </span>
        ),
      },
      {
        id: 'kind',
        title: t('batch.kind'),
        track: 'minmax(0,1fr)',
        cell: (row) => (
          <span className="el">{row.kind === null ? '–' : kindText(t, row.kind)}</span>
        ),
      },
      {
        id: 'to',
        title: t('batch.field-validTo'),
        track: '104px',
        cell: (row) => (
          <span className="num">{row.validTo === null ? '–' : formatDay(row.validTo)}</span>
        ),
      },
      {
        id: 'verdict',
        title: t('batch.verdict'),
        track: 'minmax(0,1.2fr)',
        cell: (row) => (
          <span className="row el">
            <Standing row={row} now={now(row.line)} />
            {row.reason === null ? null : (
              <span className="c2 t12 el">{t(`batch.reason-${row.reason}`)}</span>
            )}
          </span>
        ),
      },
    ],
    [t, now],
  );
}

/**
 * The verdict; where it is another one by now that one alone has a colour, and the former is struck out. Without a colour where
 * it may be another one.
 */
function Standing({
  row: { verdict, kind },
  now,
}: {
  readonly row: BatchRowView;
  readonly now: NowOfLine;
}) {
  const t = useT();
  if (now === 'same') return <VerdictTag verdict={verdict} kind={kind} />;
  if (now === 'unsaid')
    return (
      <span className="c2 t12 el">
        {t('batch.now-unsaid', { verdict: isolateText(t(wordOf(verdict))) })}
      </span>
    );
  return (
    <>
      <span className="c2 t12">{t('batch.now')}</span>
      {now === null ? <b>{t('batch.now-gone')}</b> : <StatusTag status={now} kind={kind} />}
      <s className="c2 t12">{t(wordOf(verdict))}</s>
    </>
  );
}
