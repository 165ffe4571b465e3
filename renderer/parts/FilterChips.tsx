import { memo, useMemo } from 'react';
import { isCertificateKind, type ReadKind } from '../../shared/domain/model';
import type { Filter } from '../../shared/ipc/common';
import { useT } from '../i18n';
import { useDesk } from '../lib/desk-store';
import { kindText } from '../lib/kind-words';
import { KINDS } from '../lib/status';
import { industryName, regionName, type Tables, useTables } from '../lib/tables';
import { ChipSelect } from '../ui/Select';

interface FilterChipsProps {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
  readonly withIndustry?: boolean;
}

/** Puts one choice into a filter, or takes the field out when nothing is chosen. */
export function withChoice<K extends keyof Filter>(
  filter: Filter,
  field: K,
  value: Filter[K] | undefined,
): Filter {
  const { [field]: _former, ...rest } = filter;
  return value === undefined ? rest : { ...rest, [field]: value };
}

const single = <T,>(list: readonly T[] | undefined): T | undefined =>
  list?.length === 1 ? list[0] : undefined;

/** Counties of the session's regions, which are given as codes with or without trailing zeros. */
function countiesIn(tables: Tables, scope: readonly string[]): readonly Choice[] {
  const prefixes = scope.map((code) => code.replace(/(00)+$/, ''));
  return Object.entries(tables.regions)
    .filter(
      ([code]) =>
        code.length === 6 &&
        !code.endsWith('00') &&
        prefixes.some((prefix) => code.startsWith(prefix)),
    )
    .map(([value, label]) => ({ value, label }));
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Regions in scope and industries that a filter can name; a larger unit that it names already is among them. */
export function useFilterChoices(filter: Filter): {
  readonly regions: readonly Choice[];
  readonly industries: readonly Choice[];
} {
  const tables = useTables();
  const scope = useDesk((store) => store.state?.session?.regions);
  const region = single(filter.regions);
  const counties = useMemo(() => countiesIn(tables, scope ?? []), [tables, scope]);
  const industries = useMemo(
    () =>
      Object.keys(tables.industries).map((value) => ({
        value,
        label: industryName(tables, Number(value)),
      })),
    [tables],
  );
  const regions = useMemo(() => {
    // A board may narrow to a unit above the counties.
    const isListed = region === undefined || counties.some((one) => one.value === region);
    return isListed
      ? counties
      : [{ value: region, label: regionName(tables, region) }, ...counties];
  }, [tables, counties, region]);
  return { regions, industries };
}

/** Kinds that a filter can name; one without a word that it names already is among them. */
export function useKindChoices({ kinds }: Filter): readonly Choice[] {
  const t = useT();
  const strange = (kinds ?? []).filter((kind) => !isCertificateKind(kind));
  return [...KINDS, ...strange].map((kind) => ({ value: kind, label: kindText(t, kind) }));
}

/** Region, industry and kind as chips: the same three everywhere. */
export const FilterChips = memo(function FilterChips({
  filter,
  onChange,
  withIndustry = false,
}: FilterChipsProps) {
  const t = useT();
  const { regions, industries } = useFilterChoices(filter);
  const region = single(filter.regions);
  const kinds = useKindChoices(filter);
  const word = t('filter.all');
  const all = useMemo(() => ({ value: '', label: word }), [word]);
  const allRegions = useMemo(() => [all, ...regions], [all, regions]);
  const allIndustries = useMemo(() => [all, ...industries], [all, industries]);
  return (
    <>
      <ChipSelect
        label={t('filter.region')}
        value={region ?? ''}
        choices={allRegions}
        onChange={(value) => onChange(withChoice(filter, 'regions', value ? [value] : undefined))}
      />
      {withIndustry ? (
        <ChipSelect
          label={t('filter.industry')}
          value={filter.industries?.length === 1 ? String(filter.industries[0]) : ''}
          choices={allIndustries}
          onChange={(value) =>
            onChange(withChoice(filter, 'industries', value ? [Number(value)] : undefined))
          }
        />
      ) : null}
      <ChipSelect
        label={t('filter.kind')}
        value={single(filter.kinds) ?? ''}
        choices={[all, ...kinds]}
        onChange={(value) =>
          onChange(withChoice(filter, 'kinds', value ? [value as ReadKind] : undefined))
        }
      />
    </>
  );
});
