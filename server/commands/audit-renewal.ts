import type { AuditRenewal } from '../../shared/protocol/commands';
import { auditEnd, pagesWith } from '../store/audit-pages';
import { noteAlarm } from '../store/outbox';
import type { SqlRunner } from '../store/sql-client';
import { headerHash } from './header-hash';
import type { Judgement } from './judgement';

const ZEROS = '0'.repeat(64);

/** True where the centre has this very entry of the device, in whichever of its chains. */
async function isKnown(
  runner: SqlRunner,
  device: string,
  { seq, hash }: AuditRenewal['begins'],
): Promise<boolean> {
  const pages = await pagesWith(runner, device, seq);
  return pages.some(({ first, headers }) => headerHash(headers[seq - first] ?? '') === hash);
}

/**
 * A device says that its audit chain was renewed or restored. It is never accepted here: a person decides, and the
 * statement is noted as an alarm that stays. One that would skip entries is refused: the new chain begins at an entry
 * that the centre has, or at the very beginning, where its first entry has to say so (audit-pages.ts).
 */
export async function takeAuditRenewal(
  runner: SqlRunner,
  device: string,
  dseq: number,
  { begins, head }: AuditRenewal,
  nowMs: number,
): Promise<Judgement> {
  await noteAlarm(runner, device, 'audit-renewal', dseq, null, nowMs);
  const refused = (reason: string): Judgement => ({ verdict: 'rejected', reason, subject: null });
  const isOwn = begins.seq === 0 ? begins.hash === ZEROS : await isKnown(runner, device, begins);
  if (!isOwn || head.seq < begins.seq) return refused('audit-unknown');
  const end = await auditEnd(runner, device);
  if (end.seq === begins.seq && end.hash === begins.hash) return refused('audit-goes-on');
  return { verdict: 'needs-review', reason: 'audit-renewal', subject: null };
}
