import { create } from 'zustand';
import type { RouteOutput } from '../../shared/ipc/contract';
import { invoke } from './desk';

export type Tables = RouteOutput<'records.tables'>;
const EMPTY: Tables = {
  regions: {},
  industries: {},
  highRiskIndustries: [],
  categories: {},
  kinds: [],
};

/** Names of regions, industries and categories that the slice refers to; loaded after unlocking. */
export const useTables = create<Tables>(() => EMPTY);

export async function loadTables(): Promise<void> {
  const answer = await invoke('records.tables', {});
  if (answer.ok) useTables.setState(answer.data);
}

/** Name of a region; the code itself when the reference data do not know it. */
export function regionName(tables: Tables, code: string): string {
  return tables.regions[code] ?? tables.regions[code.padEnd(6, '0')] ?? code;
}

export function industryName(tables: Tables, code: number): string {
  return (
    tables.industries[String(code)] ??
    tables.industries[String(code).padStart(2, '0')] ??
    String(code)
  );
}

/** [class, item] of a special operation, null where the kind has none. */
export function categoryNames(
  tables: Tables,
  category: number | null,
): readonly [string, string] | null {
  return category === null ? null : (tables.categories[String(category)] ?? null);
}
