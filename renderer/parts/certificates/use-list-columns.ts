import { useCallback, useMemo } from 'react';
import { say } from '../../i18n';
import type { Failure } from '../../lib/desk';
import { useCommand } from '../../lib/use-command';
import { useQuery } from '../../lib/use-query';
import { COLUMN_IDS, type ColumnId, FIXED_COLUMNS } from './certificate-columns';

/** Lists whose columns a person may choose, and what they show before he does. */
const LISTS = {
  'search-quick': ['status', 'name', 'id', 'kind', 'company', 'region', 'valid-to', 'left'],
  'search-detailed': [
    'status',
    'name',
    'number',
    'kind',
    'company',
    'industry',
    'region',
    'valid-to',
    'left',
  ],
  company: ['status', 'name', 'id', 'kind', 'region', 'valid-to', 'left'],
} as const satisfies Record<string, readonly ColumnId[]>;
export type ListName = keyof typeof LISTS;

export interface ListColumns {
  readonly chosen: readonly ColumnId[];
  readonly defaults: readonly ColumnId[];
  readonly isBusy: boolean;
  readonly failure: Failure | null;
  /** False where nothing can be kept: the emergency reader. */
  readonly canKeep: boolean;
  /** Resolves with true when they are kept. */
  readonly keep: (ids: readonly ColumnId[]) => Promise<boolean>;
}

const isColumn = (id: string): id is ColumnId => (COLUMN_IDS as readonly string[]).includes(id);

/** The person's own columns of a list, the same on each device of the office; the usual ones until he chose. */
export function useListColumns(list: ListName): ListColumns {
  const saved = useQuery('saved.list', {});
  const put = useCommand('saved.put');
  const own = saved.data?.items.find(
    ({ body }) => body?.kind === 'columns' && body.list === list,
  )?.body;
  const kept = own?.kind === 'columns' ? own.columns.join(' ') : '';
  const chosen = useMemo(() => {
    // Columns of a newer program are left out here and stay as they are there.
    const known = kept.split(' ').filter(isColumn);
    return known.length === 0
      ? LISTS[list]
      : COLUMN_IDS.filter((id) => FIXED_COLUMNS.includes(id) || known.includes(id));
  }, [kept, list]);
  const { run } = put;
  const { reload } = saved;
  const keep = useCallback(
    async (ids: readonly ColumnId[]) => {
      const title = say(`lists.of-${list}`);
      const done = await run({
        item: null,
        title,
        body: { kind: 'columns', list, columns: [...ids] },
      });
      if (done !== null) reload();
      return done !== null;
    },
    [run, reload, list],
  );
  return {
    chosen,
    defaults: LISTS[list],
    isBusy: put.isBusy,
    failure: put.failure,
    canKeep: saved.failure === null,
    keep,
  };
}
