import type { ShownScope } from '../../../shared/ipc/routes/cross-region';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { KINDS } from '../../lib/status';
import { regionName, useTables } from '../../lib/tables';

type Tables = Parameters<typeof regionName>[0];

/** A county with its prefecture: names of counties repeat. */
export function regionInFull(tables: Tables, code: string): string {
  const own = regionName(tables, code);
  return code.length > 4 ? `${regionName(tables, code.slice(0, 4))}${own}` : own;
}

/** Code of a kind as requests name it: its place in the model's list, from 1. */
export const kindCode = (index: number): number => index + 1;

/** A scope in the person's words, part by part. */
export function useScopeWords(): (scope: ShownScope) => {
  readonly regions: string;
  readonly content: string;
  readonly term: string;
} {
  const t = useT();
  const tables = useTables();
  return (scope) => {
    const kinds =
      scope.kinds.length === 0
        ? t('crossregion.all-kinds')
        : KINDS.filter((_kind, index) => scope.kinds.includes(kindCode(index)))
            .map((kind) => t(`kinds.${kind}`))
            .join(t('crossregion.comma'));
    const people =
      scope.people === 0
        ? []
        : [t('crossregion.people-only', { count: isolate(formatCount(scope.people)) })];
    const fields = scope.fields.map((field) => t(`crossregion.field-${field}`));
    const out = scope.mayExport ? [t('crossregion.with-export')] : [];
    return {
      regions: scope.regions.map((code) => regionInFull(tables, code)).join(t('crossregion.comma')),
      content: [kinds, ...people, ...fields, ...out].join(t('crossregion.comma')),
      term: t('crossregion.days', { days: isolate(formatCount(scope.days)) }),
    };
  };
}
