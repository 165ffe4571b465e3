import { createHash } from 'node:crypto';
import type { Epsilon } from '../../../../shared/domain/statistics/discrete-laplace';
import {
  plainFilter,
  type StatisticsFilter,
  type StatisticsTable,
} from '../../../../shared/domain/statistics/question';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { keyedName } from '../../../crypto/keyed-stream';

/** A question and the data that it was asked of. */
export interface AskedTable {
  readonly table: StatisticsTable;
  readonly filter?: StatisticsFilter | undefined;
  readonly scopes: readonly string[];
  readonly day: number;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Of the slice. */
  readonly root: string;
  /** As they are. */
  readonly counts: readonly (readonly number[])[];
  readonly epsilon: Epsilon;
}

/**
 * What the noise is drawn by (`purpose`) and what the ledger calls the release (`key`). Both name the counts, under the
 * secret: columns in memory follow the file by a moment, and the noise of other counts must be other noise, or the two would
 * tell their difference exactly.
 */
export function nameRelease(
  secret: Uint8Array,
  { table, filter, scopes, day, rows, columns, root, counts, epsilon }: AskedTable,
): { readonly purpose: string; readonly key: string } {
  const question = { v: 1, table, scopes: [...scopes].sort(), day, rows, columns };
  // Without a filter it is called what it was called before there were any: what was paid for stays free.
  const asked = canonicalJson(
    filter === undefined ? question : { ...question, filter: plainFilter(filter) },
  );
  const hash = createHash('sha256').update(asked, 'utf8').digest('hex');
  const tag = keyedName(secret, `counts|${hash}|${JSON.stringify(counts)}`);
  const { numerator, denominator } = epsilon;
  const purpose = `statistics v1|${hash}|${root}|${tag}|${numerator}/${denominator}`;
  return { purpose, key: keyedName(secret, `release|${purpose}`) };
}
