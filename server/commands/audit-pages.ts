import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AuditPage } from '../../shared/protocol/commands';
import { auditHead, keepAuditPage } from '../store/audit-pages';
import { noteAlarm } from '../store/outbox';
import type { SqlRunner } from '../store/sql-client';
import type { Judgement } from './judgement';

const GENESIS = '0'.repeat(64);
/** What an entry's header says of its place (electron/crypto/audit-chain.ts has the whole form). */
const PlaceSchema = z.object({
  seq: z.number().int().positive(),
  device: z.string(),
  prev: z.string(),
});

/** Hash of the last header, when the page's entries follow `hash` without a gap; undefined where they do not. */
function headAfter(page: AuditPage, device: string, hash: string): string | undefined {
  let previous = hash;
  let seq = page.from;
  for (const { header } of page.entries) {
    const place = PlaceSchema.safeParse(parsed(header));
    const isNext =
      place.success &&
      place.data.seq === seq &&
      place.data.prev === previous &&
      // Acts of the emergency reader name it beside the device.
      place.data.device.startsWith(device);
    if (!isNext) return undefined;
    previous = createHash('sha256').update(header, 'utf8').digest('hex');
    seq++;
  }
  return previous;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Takes the next page of a device's audit chain. A page that does not continue what was handed in before is
 * refused and noted: then the log on the device was cut off, changed or begun anew.
 */
export async function takeAuditPage(
  runner: SqlRunner,
  device: string,
  page: AuditPage,
  nowMs: number,
): Promise<Judgement> {
  const before = (await auditHead(runner, device)) ?? { seq: 0, hash: GENESIS };
  const head = page.from === before.seq + 1 ? headAfter(page, device, before.hash) : undefined;
  if (head === undefined) {
    await noteAlarm(runner, device, 'audit', page.from, null, nowMs);
    return { verdict: 'rejected', reason: 'audit-chain', subject: null };
  }
  await keepAuditPage(runner, device, page, head, nowMs);
  return { verdict: 'applied', reason: null, subject: null };
}
