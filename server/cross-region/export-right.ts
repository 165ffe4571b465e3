import type { GrantScope } from '../../shared/domain/cross-region/scope';
import { coversRegion } from '../../shared/domain/cross-region/scope';
import { GrantSchema } from '../../shared/protocol/cross-region';
import { SignedStatementSchema } from '../../shared/protocol/signed-statement';
import type { ExportIntent } from '../../shared/protocol/ticket';
import { findGrant } from '../store/cross-grants';
import type { SqlRunner } from '../store/sql-client';

/** Why granted rows may not leave; null: they may, until `untilMs`. */
export type ExportRight =
  | { readonly fault: 'grant-unknown' | 'grant-foreign' | 'grant-no-export' | 'grant-over' }
  | { readonly fault: 'grant-scope' }
  | { readonly fault: null; readonly untilMs: number };

const isWithin = ({ regions }: GrantScope, asked: readonly string[]): boolean =>
  asked.every((region) => regions.some((one) => coversRegion(one, region)));

/**
 * Whether the grant that an export names lets its rows out at a moment: ours, of this device and person, with the right to
 * export, in force, and of the regions that it is about. Holds the grant, so that whoever takes it back meanwhile waits.
 */
export async function exportRight(
  runner: SqlRunner,
  { grant, device, userId, regions, board }: ExportIntent,
  atMs: number,
): Promise<ExportRight> {
  const kept = grant === undefined ? undefined : await findGrant(runner, grant, true);
  if (kept === undefined) return { fault: 'grant-unknown' };
  // As it was signed: nothing is believed that lies beside the statement.
  const { payload } = SignedStatementSchema.parse(JSON.parse(kept.statement));
  const signed = GrantSchema.parse(JSON.parse(payload));
  if (signed.grant !== grant || signed.device !== device || signed.userId !== userId)
    return { fault: 'grant-foreign' };
  if (!signed.scope.mayExport || board !== undefined) return { fault: 'grant-no-export' };
  if (!isWithin(signed.scope, regions)) return { fault: 'grant-scope' };
  const endMs = Math.min(signed.expiresMs, kept.endedMs ?? Number.MAX_SAFE_INTEGER);
  if (atMs < signed.issuedMs || atMs >= endMs) return { fault: 'grant-over' };
  return { fault: null, untilMs: endMs };
}
