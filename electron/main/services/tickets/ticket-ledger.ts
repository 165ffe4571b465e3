import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { EXPORT_PURPOSES, type ExportLimits } from '../../../../shared/domain/policy/export-policy';
import { AppError } from '../../../../shared/errors/app-error';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { dayInShanghai, shanghaiStartMs } from '../../../../shared/kernel/day';
import { SignedStatementSchema } from '../../../../shared/protocol/signed-statement';
import { ExportIntentSchema } from '../../../../shared/protocol/ticket';
import type { ExportLedgerEntry } from '../../../store/protocol';
import type { TicketUse } from '../../../store/ticket-calls';
import type { StoreCaller } from '../../clients/store-client';
import { monthStartMs } from '../exports/export-policy';
import { presence } from '../exports/presence';
import type { Admission } from './admission';

/** What a person let out, certificates. */
export interface Used {
  readonly today: number;
  readonly month: number;
}

/**
 * Single use on this device. A ticket is held before the first row is read and spent before the manifest is signed;
 * a killed program leaves either, and the next session says which: what was held is free again, for nothing was signed
 * with it; what was spent stays spent and gets its line in the ledger.
 */
export class TicketLedger {
  constructor(private readonly store: StoreCaller) {}

  async used(userId: string, nowMs: number): Promise<Used> {
    const own = (await this.store.call('ticketUses', {})).filter((use) => use.userId === userId);
    const since = (ms: number) =>
      own.filter(({ atMs }) => atMs >= ms).reduce((sum, { count }) => sum + count, 0);
    return { today: since(dayStartMs(nowMs)), month: since(monthStartMs(nowMs)) };
  }

  /** Throws EXPORT_QUOTA where so many more are too many. What counts in the end is what `hold` says. */
  async demandQuota(
    userId: string,
    count: number,
    { perDay, perMonth }: ExportLimits,
    nowMs: number,
  ): Promise<void> {
    const { today, month } = await this.used(userId, nowMs);
    const left = Math.max(0, Math.min(perDay - today, perMonth - month));
    if (count > left) throw new AppError('EXPORT_QUOTA', { count, left });
  }

  /** Tickets that cannot be used any more. */
  async taken(): Promise<ReadonlySet<string>> {
    return new Set((await this.store.call('ticketUses', {})).map(({ ticket }) => ticket));
  }

  /** Takes the ticket for this export, within the quota. Throws EXPORT_TICKET_GONE, EXPORT_QUOTA. */
  async hold(admission: Admission, entry: ExportLedgerEntry, limits: ExportLimits): Promise<void> {
    const { ticket, intent, count } = admission;
    const { purposeClass, traceId, userId, purpose } = intent;
    const { outcome, left } = await this.store.call('ticketHold', {
      use: {
        ticket: ticket.id,
        traceId,
        userId,
        count,
        atMs: entry.atMs,
        entry,
        proof: canonicalJson(proofOf(admission)),
      },
      quota: {
        sinceDayMs: dayStartMs(entry.atMs),
        perDay: limits.perDay,
        sinceMonthMs: monthStartMs(entry.atMs),
        perMonth: limits.perMonth,
      },
      audit: {
        kind: 'export-started',
        actor: userId,
        payload: {
          traceId,
          purpose,
          purposeClass,
          count,
          ...(intent.board === undefined ? {} : { board: intent.board }),
          ...(intent.grant === undefined ? {} : { grant: intent.grant }),
          ticket: ticket.id,
          way: ticket.way,
        },
      },
    });
    if (outcome === 'used') throw new AppError('EXPORT_TICKET_GONE', {}, 'held or spent');
    if (outcome !== 'held') throw new AppError('EXPORT_QUOTA', { count, left }, outcome);
  }

  /** False where it is not held for this export: then nothing may be signed. */
  async spend(admission: Admission): Promise<boolean> {
    return this.settle(
      admission.intent.userId,
      admission.ticket.id,
      admission.intent.traceId,
      'spent',
    );
  }

  /** Lets go what was held and not spent. */
  async free(admission: Admission): Promise<boolean> {
    return this.settle(
      admission.intent.userId,
      admission.ticket.id,
      admission.intent.traceId,
      'free',
    );
  }

  /** What a killed program left. Answers the uses that were spent without a line in the ledger, with that line. */
  async sweep(): Promise<
    readonly { readonly use: TicketUse; readonly entry: ExportLedgerEntry }[]
  > {
    const uses = await this.store.call('ticketUses', {});
    const known = new Set(
      (await this.store.call('ledgerList', { limit: 10_000 })).map(({ traceId }) => traceId),
    );
    const found: { use: TicketUse; entry: ExportLedgerEntry }[] = [];
    for (const use of uses) {
      if (use.state === 'held') await this.settle(use.userId, use.ticket, use.traceId, 'free');
      else if (!known.has(use.traceId)) {
        // On a stick that cannot be read now: it stays spent, and the next session asks again.
        const entry = await foundEntry(use).catch(() => null);
        if (entry !== null) found.push({ use, entry });
      }
    }
    return found;
  }

  /** The ledger's line of a package that lies at its target though its export ended otherwise; null: none does. */
  async found({ ticket, intent }: Admission): Promise<ExportLedgerEntry | null> {
    const uses = await this.store.call('ticketUses', {});
    const use = uses.find((one) => one.ticket === ticket.id && one.traceId === intent.traceId);
    if (use?.state !== 'spent') return null;
    const entry = await foundEntry(use);
    return entry.outcome === 'sealed' ? entry : null;
  }

  private async settle(
    actor: string,
    ticket: string,
    traceId: string,
    to: 'spent' | 'free',
  ): Promise<boolean> {
    const kind = to === 'spent' ? 'export-ticket-spent' : 'export-ticket-freed';
    const audit = { kind, actor, payload: { ticket, traceId } };
    const { isDone } = await this.store.call('ticketSettle', { ticket, traceId, to, audit });
    return isDone;
  }
}

const ProofSchema = z.strictObject({
  purposeClass: z.enum(EXPORT_PURPOSES),
  intent: ExportIntentSchema,
  ticket: SignedStatementSchema,
});
/** What the centre is told of the second factor. */
type Proof = z.infer<typeof ProofSchema>;

export const proofOf = ({ intent, envelope }: Admission): Proof => ({
  purposeClass: intent.purposeClass,
  intent,
  ticket: envelope,
});

/** As the journal keeps it. */
export const readProof = (text: string): Proof => ProofSchema.parse(JSON.parse(text));

/** Published or not: the file itself says it. Rejects where its folder does not answer, or it cannot be read. */
async function foundEntry({ entry }: TicketUse): Promise<ExportLedgerEntry> {
  const { path } = entry;
  const standing = path === null ? 'absent' : (await presence.of([path])).get(path);
  if (standing === 'away') throw new Error('the folder of the package is away');
  if (path === null || standing !== 'there')
    return { ...entry, outcome: 'failed', verificationCode: null, fileName: null, path: null };
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return { ...entry, outcome: 'sealed', packageSha256: hash.digest('hex') };
}

function dayStartMs(nowMs: number): number {
  return shanghaiStartMs(dayInShanghai(nowMs));
}
