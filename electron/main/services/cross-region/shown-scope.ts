import type { GrantScope } from '../../../../shared/domain/cross-region/scope';
import type { ShownScope } from '../../../../shared/ipc/routes/cross-region';

/** As a page sees it: how many persons, never their numbers. */
export function shownScope({
  regions,
  kinds,
  people,
  days,
  fields,
  mayExport,
}: GrantScope): ShownScope {
  return {
    regions: [...regions],
    kinds: [...kinds],
    people: people.length,
    days,
    fields: [...fields],
    mayExport,
  };
}
