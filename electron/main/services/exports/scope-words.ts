import type { Filter } from '../../../../shared/ipc/common';
import { isoFromDay } from '../../../../shared/kernel/day';
import type { Resources } from '../tables/resources';
import { kindLabel, STATUS_LABELS } from './labels';

const MAX_NAMED = 8;

/** A filter in words for the cover of a package and the signing window, with its parts by name. */
export function scopeWords(
  filter: Filter,
  resources: Resources,
): { readonly description: string; readonly filters: Record<string, string> } {
  const filters: Record<string, string> = {};
  const put = (name: string, values: readonly string[] | undefined) => {
    if (values === undefined) return;
    const shown = values.slice(0, MAX_NAMED).join('、');
    filters[name] = values.length > MAX_NAMED ? `${shown}等${values.length}项` : shown;
  };
  put(
    '区域',
    filter.regions?.map((code) => resources.regions.fullName(code) ?? code),
  );
  put(
    '行业',
    filter.industries?.map((code) => resources.industries.name(code) ?? String(code)),
  );
  put('证书类别', filter.kinds?.map(kindLabel));
  put(
    '作业类别',
    filter.categories?.map((code) => resources.operations.item(code)?.name ?? String(code)),
  );
  put(
    '状态',
    filter.statuses?.map((status) => STATUS_LABELS[status]),
  );
  if (filter.certificates !== undefined)
    filters.走访清单 = `${filter.certificates.length} 张指定证书`;
  if (filter.company !== undefined) filters.单位 = String(filter.company);
  if (filter.body !== undefined) filters.培训机构 = String(filter.body);
  const span = (name: string, from: number | undefined, until: number | undefined) => {
    if (from === undefined && until === undefined) return;
    const day = (one: number | undefined) => (one === undefined ? '' : isoFromDay(one));
    filters[name] = `${day(from)}—${day(until)}`;
  };
  span('有效期止', filter.validToFrom, filter.validToUntil);
  span('发证日期', filter.issuedFrom, filter.issuedUntil);
  span('应办理日期', filter.dueFrom, filter.dueUntil);
  span('应复审日期', filter.reviewFrom, filter.reviewUntil);
  const parts = Object.entries(filters).map(([name, value]) => `${name}：${value}`);
  return {
    description: parts.length === 0 ? '本单位全部证书' : parts.join('；').slice(0, 1_000),
    filters,
  };
}
