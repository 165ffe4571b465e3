import { useMemo, useState } from 'react';
import {
  BATCH_VERDICTS,
  type BatchPile,
  type BatchVerdict,
  pileOf,
} from '../../../shared/domain/batch/verdicts';
import type { SavedFilesView } from '../../../shared/ipc/common';
import type { BatchHead, BatchRowView } from '../../../shared/ipc/routes/batch';
import { useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatCount, formatDay, formatTime, isolate, today } from '../../lib/format';
import { kindText } from '../../lib/kind-words';
import { goTo } from '../../lib/navigation';
import { useCommand } from '../../lib/use-command';
import { useMoment } from '../../lib/use-moment';
import { useRowHeight } from '../../lib/use-row-height';
import { FailureNote } from '../../parts/FailureState';
import { SavedFiles } from '../../parts/SavedFiles';
import { AddToVisits } from '../../parts/visits/AddToVisits';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/PageState';
import { ChipSelect } from '../../ui/Select';
import { type TableColumn, VirtualTable } from '../../ui/VirtualTable';
import { useBatch } from './batch-store';
import { useBatchRows } from './use-batch-rows';
import { VerdictTag, wordOf } from './VerdictTag';

const PILES: readonly BatchPile[] = ['good', 'soon', 'bad', 'unclear'];

/** What a list came to: how many of which pile, every row with its verdict and reason, and what can be done with it. */
export function BatchResult({ head }: { readonly head: BatchHead }) {
  const t = useT();
  const save = useCommand('batch.save');
  const remove = useCommand('batch.remove');
  const [saved, setSaved] = useState<SavedFilesView | null>(null);
  const [pile, setPile] = useState<BatchPile | null>(null);
  const [verdict, setVerdict] = useState<BatchVerdict | ''>('');
  const [active, setActive] = useState(0);
  const verdicts = useMemo(
    () =>
      verdict !== ''
        ? [verdict]
        : pile === null
          ? null
          : BATCH_VERDICTS.filter((one) => pileOf(one) === pile),
    [pile, verdict],
  );
  const rows = useBatchRows(head.id, verdicts);
  const columns = useBatchColumns();
  const rowHeight = useRowHeight();
  const sum = (of: BatchPile | null) =>
    BATCH_VERDICTS.filter((one) => of === null || pileOf(one) === of).reduce(
      (total, one) => total + (head.counts[one] ?? 0),
      0,
    );
  const choose = (next: BatchPile | null) => {
    setPile(next);
    setVerdict('');
    setActive(0);
  };
  const keep = async (as: 'rows' | 'summary') => {
    setSaved(null);
    const answer = await save.run({ batch: head.id, as });
    if (answer?.saved) setSaved(answer.saved);
  };
  const undo = async () => {
    if (await remove.run({ batch: head.id })) useBatch.setState({ head: null });
  };
  // Verdicts are of the moment of the check; they do not follow data and days that came since.
  const isOlder = useDesk(
    ({ sync, state }) =>
      (sync?.asOfMs ?? 0) > head.atMs || (state !== null && state.day !== today(head.atMs)),
  );
  const moment = useMoment();
  // Marks, mended rows, rows that were signed before the check and came after it: seen by who has the list open.
  const [seen, setSeen] = useState({ id: head.id, atMs: head.atMs, moment });
  if (seen.id !== head.id || seen.atMs !== head.atMs)
    setSeen({ id: head.id, atMs: head.atMs, moment });
  const isOver = isOlder || seen.moment !== moment;
  const present = BATCH_VERDICTS.filter((one) => (head.counts[one] ?? 0) > 0);
  const failure = save.failure ?? remove.failure;
  return (
    <section className="panel grow results" aria-label={t('batch.result')}>
      {isOver ? (
        <Notice tone="warn" icon="clock">
          {t('batch.judged-at', { time: isolate(formatTime(head.atMs)) })}
        </Notice>
      ) : null}
      <div className="tbar">
        <fieldset className="tabs" aria-label={t('batch.piles')}>
          {([null, ...PILES] as const).map((one) => (
            <button
              key={one ?? 'all'}
              type="button"
              className={pile === one ? 'on' : undefined}
              aria-pressed={pile === one}
              onClick={() => choose(one)}
            >
              {t(one === null ? 'filter.all' : `batch.pile-${one}`)}
              <em className="num">{formatCount(sum(one))}</em>
            </button>
          ))}
        </fieldset>
        <ChipSelect
          label={t('batch.verdict')}
          value={verdict}
          choices={[
            { value: '', label: t('filter.all') },
            ...present.map((one) => ({
              value: one,
              label: `${t(wordOf(one))} ${formatCount(head.counts[one] ?? 0)}`,
            })),
          ]}
          onChange={(value) => setVerdict(value as BatchVerdict | '')}
        />
        <span className="grow" />
        <AddToVisits
          isIcon
          selection={{ from: 'batch', batch: head.id, verdicts: verdicts && [...verdicts] }}
          isDisabled={rows.total === 0}
        />
        <Button size="s" icon="download" disabled={save.isBusy} onClick={() => void keep('rows')}>
          {t('batch.save')}
        </Button>
        <Button
          size="s"
          icon="download"
          disabled={save.isBusy}
          onClick={() => void keep('summary')}
        >
          {t('batch.save-summary')}
        </Button>
        <Button size="s" icon="undo" disabled={remove.isBusy} onClick={() => void undo()}>
          {t('batch.remove')}
        </Button>
      </div>
      {failure ? <FailureNote failure={failure} /> : null}
      {saved === null ? null : (
        <Notice
          tone={saved.by === 'u-key' ? 'ok' : 'warn'}
          icon={saved.by === 'u-key' ? 'ok' : 'info'}
        >
          <SavedFiles saved={saved} />
        </Notice>
      )}
      <VirtualTable
        label={t('batch.result')}
        columns={columns}
        count={rows.total}
        rowAt={rows.rowAt}
        rowHeight={rowHeight}
        active={active}
        onActive={setActive}
        onOpen={(row) => {
          if (row.certificateId !== null)
            goTo({ page: 'record', id: row.certificateId, trail: head.title });
        }}
        onRange={rows.need}
      />
      <div className="tfoot" role="status">
        <span className="el">
          {t('batch.foot', {
            title: isolate(head.title),
            count: isolate(formatCount(head.rows)),
            time: isolate(formatTime(head.atMs)),
          })}
        </span>
        <span className="end el">{t('search.not-fake')}</span>
      </div>
    </section>
  );
}

function useBatchColumns(): readonly TableColumn<BatchRowView>[] {
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
            <VerdictTag verdict={row.verdict} kind={row.kind} />
            {row.reason === null ? null : (
              <span className="c2 t12 el">{t(`batch.reason-${row.reason}`)}</span>
            )}
          </span>
        ),
      },
    ],
    [t],
  );
}
