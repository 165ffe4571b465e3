import type { Filter } from '../../../shared/ipc/common';
import { type Failure, invoke } from '../../lib/desk';
import type { Question } from '../../parts/certificates/use-rows';

/** Certificates that an export can name one by one (`FilterSchema`). */
export const MOST_NAMED = 500;
const PAGE_ROWS = 100;

/**
 * What the export of a list is of: its filter, or, where a text was looked for, its certificates by name, as the text is no part
 * of a filter and all certificates under the filter would go out in their place. `total` at most 500 with a text. `failure`: of the
 * page of the list that could not be had.
 */
export async function exportedFilter(
  question: Question,
  total: number,
): Promise<{ readonly filter: Filter } | { readonly failure: Failure }> {
  if (question.text === '') return { filter: question.filter };
  const ids: number[] = [];
  for (let offset = 0; offset < total; offset += PAGE_ROWS) {
    const page = await invoke('search.query', { ...question, offset, limit: PAGE_ROWS });
    if (!page.ok) return { failure: page.error };
    ids.push(...page.data.items.map(({ id }) => id));
  }
  return { filter: { certificates: ids.slice(0, MOST_NAMED) } };
}
