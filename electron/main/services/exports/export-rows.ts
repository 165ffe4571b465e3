import type { ExportTemplate } from '../../../../shared/domain/policy/export-templates';
import { AppError } from '../../../../shared/errors/app-error';
import type { Filter } from '../../../../shared/ipc/common';
import type { Grant } from '../../../../shared/protocol/cross-region';
import type { ExportRow } from '../../../jobs/package/data/rows';
import type { StoreCaller } from '../../clients/store-client';
import { markedRow } from '../cross-region/exportable';
import type { Resources } from '../tables/resources';
import { BATCH_ROWS } from './export-policy';
import { wordedRow } from './labels';
import { narrowedRow } from './narrowed-row';

interface WantedRows {
  readonly filter: Filter;
  readonly template: ExportTemplate;
  /** Gets the id of the store's pass, for whoever closes it. */
  readonly exportIds: string[];
  readonly issuers: ReadonlyMap<number, string>;
  readonly sliceRoot: string;
  /** The grant whose rows these are; null: the office's own. */
  readonly grant: Grant | null;
}

/** One pass over the rows of an export, worded, masked and narrowed. Throws EXPORT_STOPPED where the slice changed. */
export async function* exportRows(
  { store, resources }: { readonly store: StoreCaller; readonly resources: Resources },
  { filter, template, exportIds, issuers, sliceRoot, grant }: WantedRows,
): AsyncGenerator<readonly ExportRow[], void> {
  const { exportId } = await store.call('exportOpen', { filter });
  exportIds.push(exportId);
  // The cover says as of when the rows are and names their root: rows of another moment stop it.
  const { checkpoint, cursor } = await store.call('state', {});
  if (checkpoint?.root !== sliceRoot || cursor?.rseq !== checkpoint.rseq) {
    throw new AppError('EXPORT_STOPPED', {}, 'the slice changed meanwhile');
  }
  for (let isLast = false; !isLast; ) {
    const page = await store.call('exportRows', { exportId, limit: BATCH_ROWS });
    ({ isLast } = page);
    const worded = page.rows.map((row) => wordedRow(row, { resources, issuers }));
    const marked = grant === null ? worded : worded.map((row) => markedRow(row, grant));
    if (marked.length > 0) yield marked.map((row) => narrowedRow(row, template));
  }
}
