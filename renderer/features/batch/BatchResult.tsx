import { useMemo, useState } from 'react';
import {
  BATCH_VERDICTS,
  type BatchPile,
  type BatchVerdict,
  pileOf,
} from '../../../shared/domain/batch/verdicts';
import type { SavedFilesView } from '../../../shared/ipc/common';
import type { BatchHead } from '../../../shared/ipc/routes/batch';
import { useT } from '../../i18n';
import { formatCount, formatTime, isolate } from '../../lib/format';
import { goTo } from '../../lib/navigation';
import { useCommand } from '../../lib/use-command';
import { useRowHeight } from '../../lib/use-row-height';
import { FailureNote } from '../../parts/FailureState';
import { SavedFiles } from '../../parts/SavedFiles';
import { AddToVisits } from '../../parts/visits/AddToVisits';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/PageState';
import { ChipSelect } from '../../ui/Select';
import { VirtualTable } from '../../ui/VirtualTable';
import { BatchNotice } from './BatchNotice';
import { useBatchColumns } from './batch-columns';
import { useBatch } from './batch-store';
import { useBatchAgain } from './use-batch-again';
import { useBatchRows } from './use-batch-rows';
import { wordOf } from './VerdictTag';

const PILES: readonly BatchPile[] = ['good', 'soon', 'bad', 'unclear'];

/** What a list came to: how many of which pile, every row with its verdict and reason, and what can be done with it. */
export function BatchResult({ head }: { readonly head: BatchHead }) {
  const t = useT();
  const save = useCommand('batch.save');
  const remove = useCommand('batch.remove');
  const [saved, setSaved] = useState<SavedFilesView | null>(null);
  const [pile, setPile] = useState<BatchPile | null>(null);
  const [verdict, setVerdict] = useState<BatchVerdict | ''>('');
  const [onlyChanged, setOnlyChanged] = useState(false);
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
  const { isOver, again, now, failure: unseen } = useBatchAgain(head);
  const isChanged = onlyChanged && (again?.rows.length ?? 0) > 0;
  const lines = useMemo(
    () => (isChanged && again !== null ? again.rows.map(({ line }) => line) : null),
    [isChanged, again],
  );
  const rows = useBatchRows(head.id, verdicts, lines);
  const columns = useBatchColumns(now);
  const rowHeight = useRowHeight();
  const sum = (of: BatchPile | null) =>
    BATCH_VERDICTS.filter((one) => of === null || pileOf(one) === of).reduce(
      (total, one) => total + (head.counts[one] ?? 0),
      0,
    );
  const choose = (next: BatchPile | null) => {
    setPile(next);
    setVerdict('');
    setOnlyChanged(false);
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
  const present = BATCH_VERDICTS.filter((one) => (head.counts[one] ?? 0) > 0);
  const failure = save.failure ?? remove.failure;
  return (
    <section className="panel grow results" aria-label={t('batch.result')}>
      <BatchNotice
        head={head}
        isOver={isOver}
        again={again}
        failure={unseen}
        isOnly={isChanged}
        onOnly={(isOnly) => {
          choose(null);
          setOnlyChanged(isOnly);
        }}
      />
      <div className="tbar">
        <fieldset className="tabs" aria-label={t('batch.piles')}>
          {([null, ...PILES] as const).map((one) => (
            <button
              key={one ?? 'all'}
              type="button"
              className={pile === one && !isChanged ? 'on' : undefined}
              aria-pressed={pile === one && !isChanged}
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
          onChange={(value) => {
            setOnlyChanged(false);
            setVerdict(value as BatchVerdict | '');
          }}
        />
        <span className="grow" />
        <AddToVisits
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
        <Button
          size="s"
          icon="undo"
          title={t('batch.remove-text')}
          disabled={remove.isBusy}
          onClick={() => void undo()}
        >
          {t('batch.remove')}
        </Button>
      </div>
      {failure ? <FailureNote failure={failure} /> : null}
      {rows.failure ? <FailureNote failure={rows.failure} onRetry={rows.again} /> : null}
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
