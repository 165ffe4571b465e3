import type { AuditPage, CommandPayload } from '../../shared/protocol/commands';
import { keepCheckpoint, signedHeads } from '../store/audit-checkpoints';
import { pagesWith } from '../store/audit-pages';
import { noteAlarm } from '../store/outbox';
import type { SqlRunner } from '../store/sql-client';
import type { Bench } from './bench';
import { headerHash } from './header-hash';
import { type Judgement, withoutSigner } from './judgement';
import { heldIntent } from './signed-intent';

/**
 * Takes the end of a device's audit chain, signed by a U-Key. One that contradicts what was handed in is refused and
 * noted; one ahead of the pages is kept, and the pages that come are held against it.
 */
export async function takeCheckpoint(
  bench: Bench,
  { signed }: CommandPayload<'audit-checkpoint'>,
): Promise<Judgement> {
  const { runner, device, nowMs } = bench;
  const held = await heldIntent(bench, 'checkpoint', signed);
  if (!held.ok) return withoutSigner(held.fault);
  const { seq, head, atMs } = held.intent;
  const pages = await pagesWith(runner, device.id, seq);
  const isKnown = pages.some(
    ({ first, headers }) => headerHash(headers[seq - first] ?? '') === head,
  );
  if (pages.length > 0 && !isKnown) {
    await noteAlarm(runner, device.id, 'audit', seq, null, nowMs);
    return { verdict: 'rejected', reason: 'checkpoint-differs', subject: null };
  }
  await keepCheckpoint(runner, device.id, held.signer, { seq, head, atMs, signed }, nowMs);
  return { verdict: 'applied', reason: null, subject: `${device.id}/${seq}` };
}

/** Whether a page says otherwise than what a U-Key signed of the present chain. */
export async function contradictsCheckpoint(
  runner: SqlRunner,
  device: string,
  { from, entries }: AuditPage,
): Promise<boolean> {
  const heads = await signedHeads(runner, device, from, from + entries.length - 1);
  return heads.some(({ seq, head }) => headerHash(entries[seq - from]?.header ?? '') !== head);
}
