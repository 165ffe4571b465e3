import { useEffect } from 'react';
import { useT } from '../../i18n';
import { formatTime } from '../../lib/format';
import { useQuery } from '../../lib/use-query';
import { Freshness } from '../../parts/Freshness';
import { Button } from '../../ui/Button';
import { ChipSelect } from '../../ui/Select';
import { BatchResult } from './BatchResult';
import { followBatch, useBatch } from './batch-store';
import { DropList } from './DropList';
import { MappingStep } from './MappingStep';

/** A list of people judged against this office's data: choose, see which column is what, read the verdicts. */
export function BatchPage() {
  const t = useT();
  const { list, head } = useBatch();
  const past = useQuery('batch.list', {}, head?.id ?? '');
  const batches = past.data?.batches ?? [];
  useEffect(() => followBatch(), []);
  return (
    <div className="page">
      <div className="phead">
        <h1>{t('shell.batch')}</h1>
        <span className="end row">
          {batches.length > 0 ? (
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
          {head === null ? null : (
            <Button look="primary" icon="file" onClick={() => useBatch.setState({ head: null })}>
              {t('batch.new-list')}
            </Button>
          )}
        </span>
      </div>
      <Freshness />
      {list !== null ? (
        <MappingStep key={list.name} list={list} />
      ) : head !== null ? (
        <BatchResult key={head.id} head={head} />
      ) : (
        <DropList />
      )}
    </div>
  );
}
