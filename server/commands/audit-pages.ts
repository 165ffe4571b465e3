import { z } from 'zod';
import type { AuditPage } from '../../shared/protocol/commands';
import { auditEnd, keepAuditPage } from '../store/audit-pages';
import { noteAlarm } from '../store/outbox';
import type { SqlRunner } from '../store/sql-client';
import { contradictsCheckpoint } from './checkpoints';
import { headerHash } from './header-hash';
import type { Judgement } from './judgement';

/** What an entry's header says of its place (shared/protocol/audit-chain.ts has the whole form). */
const PlaceSchema = z.object({
  seq: z.number().int().positive(),
  device: z.string(),
  kind: z.string(),
  prev: z.string(),
});
/** A chain that begins anew says so with its first entry. */
const FIRST_OF_RENEWED = 'journal-renewed';

/** Hash of the last header, when the page's entries follow `hash` without a gap; undefined where they do not. */
function headAfter(page: AuditPage, device: string, hash: string): string | undefined {
  let previous = hash;
  let seq = page.from;
  for (const { header } of page.entries) {
    const place = placeOf(header);
    const isNext =
      place?.seq === seq &&
      place.prev === previous &&
      // Acts of the emergency reader name it beside the device.
      place.device.startsWith(device);
    if (!isNext) return undefined;
    previous = headerHash(header);
    seq++;
  }
  return previous;
}

function placeOf(header: string): z.infer<typeof PlaceSchema> | undefined {
  try {
    return PlaceSchema.safeParse(JSON.parse(header)).data;
  } catch {
    return undefined;
  }
}

/**
 * Takes the next page of a device's audit chain. A page that does not continue what was handed in before, or says
 * otherwise than what a U-Key signed of it, is refused and noted: then the log on the device was cut off, changed or begun anew. A chain that the centre
 * accepted as a renewed one begins with the entry that says so, and with no other.
 */
export async function takeAuditPage(
  runner: SqlRunner,
  device: string,
  page: AuditPage,
  nowMs: number,
): Promise<Judgement> {
  const before = await auditEnd(runner, device);
  const isFirstOfRenewed = before.chain > 0 && before.seq === 0;
  const isSaid =
    !isFirstOfRenewed || placeOf(page.entries[0]?.header ?? '')?.kind === FIRST_OF_RENEWED;
  const head =
    page.from === before.seq + 1 && isSaid ? headAfter(page, device, before.hash) : undefined;
  if (head === undefined || (await contradictsCheckpoint(runner, device, page))) {
    await noteAlarm(runner, device, 'audit', page.from, null, nowMs);
    return { verdict: 'rejected', reason: 'audit-chain', subject: null };
  }
  await keepAuditPage(runner, device, before.chain, page, head, nowMs);
  return { verdict: 'applied', reason: null, subject: null };
}
