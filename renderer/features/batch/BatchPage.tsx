import { useEffect } from 'react';
import { useT } from '../../i18n';
import { useDesk } from '../../lib/desk-store';
import { formatTime } from '../../lib/format';
import { useQuery } from '../../lib/use-query';
import { Freshness } from '../../parts/Freshness';
import { Button } from '../../ui/Button';
import { Segmented } from '../../ui/Segmented';
import { ChipSelect } from '../../ui/Select';
import { BatchResult } from './BatchResult';
import { followBatch, useBatch } from './batch-store';
import { DropList } from './DropList';
import { HandIn } from './handin/HandIn';
import { useHandIn } from './handin/hand-in-store';
import { MappingStep } from './MappingStep';

/**
 * A list of people judged against this office's data: choose, see which column is what, read the verdicts. The head of
 * the office also hands lists in to the centre from here.
 */
export function BatchPage() {
  const t = useT();
  const { list, head } = useBatch();
  const past = useQuery('batch.list', {}, head?.id ?? '');
  const batches = past.data?.batches ?? [];
  useEffect(() => followBatch(), []);
  const isHead = useDesk((store) => store.state?.session?.role) === 'head';
  const isHandIn = useHandIn((store) => store.isOpen) && isHead;
  return (
    <div className="page">
      <div className="phead">
        <h1>{t('shell.batch')}</h1>
        {isHead ? (
          <Segmented
            label={t('imports.tabs')}
            value={isHandIn ? 'hand-in' : 'check'}
            choices={(['check', 'hand-in'] as const).map((value) => ({
              value,
              label: t(`imports.tab-${value}`),
            }))}
            onChange={(value) => useHandIn.setState({ isOpen: value === 'hand-in' })}
          />
        ) : null}
        <span className="end row">
          {batches.length > 0 && !isHandIn ? (
            <ChipSelect
              label={t('batch.earlier')}
              value={head?.id ?? ''}
              choices={[
                { value: '', label: t('batch.none-chosen') },
                ...batches.map((one) => ({
                  value: one.id,
                  label: `${formatTime(one.atMs)} ${one.title}`,
                })),
              ]}
              onChange={(id) =>
                useBatch.setState({
                  head: batches.find((one) => one.id === id) ?? null,
                  list: null,
                })
              }
            />
          ) : null}
          {head === null || isHandIn ? null : (
            <Button look="primary" icon="file" onClick={() => useBatch.setState({ head: null })}>
              {t('batch.new-list')}
            </Button>
          )}
        </span>
      </div>
      <Freshness />
      {isHandIn ? (
        <HandIn />
      ) : list !== null ? (
        <MappingStep key={list.name} list={list} />
      ) : head !== null ? (
        <BatchResult key={head.id} head={head} />
      ) : (
        <DropList />
      )}
    </div>
  );
}
