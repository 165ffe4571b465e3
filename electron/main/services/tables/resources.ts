import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type IndustryTable,
  loadIndustryTable,
} from '../../../../shared/domain/industry/industry-table';
import {
  loadOperationCatalogue,
  type OperationCatalogue,
} from '../../../../shared/domain/policy/catalogue';
import { loadRegionTable, type RegionTable } from '../../../../shared/domain/region/region-table';
import { AppError } from '../../../../shared/errors/app-error';
import type { Result } from '../../../../shared/kernel/result';
import { type Agreement, readAgreement } from '../agreement/agreement-text';

/** The shipped reference data, checked when read. */
export interface Resources {
  readonly regions: RegionTable;
  readonly industries: IndustryTable;
  readonly operations: OperationCatalogue;
  /** Names by code of every unit, retired ones included (records keep the code of their issue day). */
  readonly regionNames: Readonly<Record<string, string>>;
  readonly agreement: Agreement;
}

/** Reads the tables below `folder` (the product's `resources`). Fails closed: a bad table stops the start. */
export function loadResources(folder: string): Resources {
  const regionFile = readJson(join(folder, 'regions', 'gb2260-2026.json'));
  return {
    regions: must(loadRegionTable(regionFile), 'regions'),
    industries: must(
      loadIndustryTable(readJson(join(folder, 'industries', 'gbt4754-2017.json'))),
      'industries',
    ),
    operations: must(
      loadOperationCatalogue(readJson(join(folder, 'catalogues', 'special-operations-2026.json'))),
      'catalogues',
    ),
    regionNames: namesOf(regionFile),
    agreement: readAgreement(readJson(join(folder, 'agreement', '2026.1.json'))),
  };
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8')) as unknown;
}

function must<T>(result: Result<T, unknown>, what: string): T {
  if (result.ok) return result.value;
  throw new AppError('INTERNAL', {}, `resource ${what}: ${JSON.stringify(result.error)}`);
}

/** The table was checked before: every unit has a code and a name. */
function namesOf(file: unknown): Record<string, string> {
  const { units } = file as { readonly units: readonly { code: string; name: string }[] };
  return Object.fromEntries(units.map(({ code, name }) => [code, name]));
}
