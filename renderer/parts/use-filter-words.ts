import { useCallback } from 'react';
import type { Filter } from '../../shared/ipc/common';
import { useT } from '../i18n';
import type { CatalogueKey } from '../i18n/catalogue';
import { formatDay, isolate } from '../lib/format';
import { kindText } from '../lib/kind-words';
import { categoryNames, industryName, regionName, useTables } from '../lib/tables';

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
      if (filter.kinds) words.push(filter.kinds.map((kind) => kindText(t, kind)).join(join));
      if (filter.categories)
        words.push(
          filter.categories
            .map((code) => categoryNames(tables, code)?.[1] ?? String(code))
            .join(join),
        );
      if (filter.statuses)
        words.push(filter.statuses.map((status) => t(`status.${status}`)).join(join));
      if (filter.certificates)
        words.push(t('filter.chosen', { count: isolate(filter.certificates.length) }));
      if (filter.company !== undefined) words.push(t('filter.one-company'));
      if (filter.body !== undefined) words.push(t('filter.one-body'));
      const span = (word: CatalogueKey, first: number | undefined, last: number | undefined) => {
        if (first === undefined && last === undefined) return;
        const day = (one: number | undefined) => (one === undefined ? '' : isolate(formatDay(one)));
        words.push(t(word, { from: day(first), until: day(last) }));
      };
      span('filter.issued', filter.issuedFrom, filter.issuedUntil);
      span('filter.valid-to', filter.validToFrom, filter.validToUntil);
      span('filter.due', filter.dueFrom, filter.dueUntil);
      span('filter.review', filter.reviewFrom, filter.reviewUntil);
      return words;
    },
    [t, tables],
  );
}
