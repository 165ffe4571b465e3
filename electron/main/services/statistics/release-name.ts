import { createHash } from 'node:crypto';
import type { Epsilon } from '../../../../shared/domain/statistics/discrete-laplace';
import type { StatisticsTable } from '../../../../shared/domain/statistics/question';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { keyedName } from '../../../crypto/keyed-stream';

/** A question and the data that it was asked of. */
export interface AskedTable {
  readonly table: StatisticsTable;
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
  { table, scopes, day, rows, columns, root, counts, epsilon }: AskedTable,
): { readonly purpose: string; readonly key: string } {
  const asked = canonicalJson({ v: 1, table, scopes: [...scopes].sort(), day, rows, columns });
  const question = createHash('sha256').update(asked, 'utf8').digest('hex');
  const tag = keyedName(secret, `counts|${question}|${JSON.stringify(counts)}`);
  const { numerator, denominator } = epsilon;
  const purpose = `statistics v1|${question}|${root}|${tag}|${numerator}/${denominator}`;
  return { purpose, key: keyedName(secret, `release|${purpose}`) };
}
