import { useCallback } from 'react';
import type { Filter } from '../../shared/ipc/common';
import { useT } from '../i18n';
import { formatDay, isolate } from '../lib/format';
import { industryName, regionName, useTables } from '../lib/tables';

/** Says a filter in words, part by part; empty when nothing narrows. */
export function useFilterWords(): (filter: Filter) => string[] {
  const t = useT();
  const tables = useTables();
  return useCallback(
    (filter) => {
      const join = t('filter.join');
      const words: string[] = [];
      if (filter.regions)
        words.push(filter.regions.map((code) => regionName(tables, code)).join(join));
      if (filter.industries)
        words.push(filter.industries.map((code) => industryName(tables, code)).join(join));
      if (filter.kinds) words.push(filter.kinds.map((kind) => t(`kinds.${kind}`)).join(join));
      if (filter.statuses)
        words.push(filter.statuses.map((status) => t(`status.${status}`)).join(join));
      if (filter.company !== undefined) words.push(t('filter.one-company'));
      if (filter.validToFrom !== undefined || filter.validToUntil !== undefined) {
        const from = filter.validToFrom === undefined ? '' : isolate(formatDay(filter.validToFrom));
        const until =
          filter.validToUntil === undefined ? '' : isolate(formatDay(filter.validToUntil));
        words.push(t('filter.valid-to', { from, until }));
      }
      return words;
    },
    [t, tables],
  );
}
