import type { ExportTemplate } from '../../../../shared/domain/policy/export-templates';
import { EXPORT_COLUMNS } from '../../../../shared/domain/policy/export-templates';
import { AppError } from '../../../../shared/errors/app-error';
import type { Grant } from '../../../../shared/protocol/cross-region';
import type { ExportRow } from '../../../jobs/package/data/rows';
import type { StoreCaller } from '../../clients/store-client';

/** A grant whose rows may leave: what the centre signed, and the store that they lie in. */
export interface ExportableGrant {
  readonly is: Grant;
  readonly store: StoreCaller;
  /** Whether it lasts and this very store is open: false from the moment in which its end is known here. */
  isOpen(): boolean;
}

/** Throws GRANT_GONE where it ended, was taken back or was fetched anew since. */
export function demandOpen(granted: ExportableGrant | null): void {
  if (granted !== null && !granted.isOpen()) throw new AppError('GRANT_GONE');
}

/** What every row of a granted export says, and every scope: whose rows these are not, and by what they are here. */
export const grantMark = (grant: string): string => `跨区域查询授权 ${grant}`;

/** A row as it leaves: its place says by which grant it was seen. */
export const markedRow = (row: ExportRow, { grant }: Grant): ExportRow => ({
  ...row,
  regionName: `${row.regionName}（${grantMark(grant)}）`,
});

/** The form of a granted package: whatever the policy's has, and always the column that carries the mark. */
export function grantedForm(template: ExportTemplate): ExportTemplate {
  const columns = EXPORT_COLUMNS.filter(
    (one) => one === 'regionName' || template.columns.includes(one),
  );
  return template.columns.includes('regionName') ? template : { ...template, columns };
}
