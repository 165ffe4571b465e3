import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import { ulid } from '../../../../shared/kernel/ids';
import { COMMAND_PAYLOADS, type CommandPayload } from '../../../../shared/protocol/commands';
import type { AuditInput, ExportLedgerEntry } from '../../../store/protocol';
import type { StoreCaller } from '../../clients/store-client';
import type { OutboxService } from '../outbox/outbox';
import type { ServiceLog } from '../ports';
import type { SessionListener } from '../unlock/unlock';

/** Fact: records that the outbox could not take when their export ended. */
const OWED_FACT = 'exports.owed';
const OwedSchema = z.array(
  z.strictObject({ key: z.string().length(26), record: COMMAND_PAYLOADS['export-record'] }),
);
type Owed = z.infer<typeof OwedSchema>;

interface Parts {
  readonly store: StoreCaller;
  readonly outbox: Pick<OutboxService, 'tell'>;
  readonly log: ServiceLog;
}

/** What the centre gets to know of an export: no name, no row, no path. */
function recordOf(entry: ExportLedgerEntry, scope: string): CommandPayload<'export-record'> {
  const { traceId, purpose, count, outcome, signer, verificationCode, packageSha256, atMs } = entry;
  return {
    traceId,
    purpose: purpose.slice(0, 500),
    scope: scope.slice(0, 1_000),
    signer: signer?.slice(0, 500) ?? null,
    count,
    outcome,
    verificationCode,
    packageSha256,
    atMs,
  };
}

/**
 * Every export in the ledger, the audit log and the outbox at once: one transaction of the journal. Where the outbox
 * takes nothing (its copy does not fit, say) the export is in ledger and log, and its record follows at the next
 * session whose outbox does.
 */
export class ExportRecords implements SessionListener {
  constructor(private readonly parts: Parts) {}

  /** Keeps an export that ended; `more`: what its record says beside the ledger. Rejects only when not even ledger and log could be written. */
  async keep(
    entry: ExportLedgerEntry,
    scope: string,
    audit: AuditInput,
    more: Partial<CommandPayload<'export-record'>> = {},
  ): Promise<void> {
    const { store, outbox, log } = this.parts;
    const record = { ...recordOf(entry, scope), ...more };
    // The same act told again after a store that died on the way is the same act.
    const key = ulid(entry.atMs, randomBytes(10));
    try {
      await outbox.tell('export-record', record, { key, ledger: entry, audit });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.error('export record not queued', { traceId: entry.traceId, code: error.code });
      const owed: Owed = [...(await this.owed()), { key, record }];
      const fact = { name: OWED_FACT, value: JSON.stringify(owed) };
      await store.call('ledgerAdd', { entry, audit, fact });
    }
  }

  /** What is owed goes into the outbox, one record and the rest of the list at a time. */
  async opened(): Promise<void> {
    const { outbox, log } = this.parts;
    let owed = await this.owed();
    while (owed.length > 0) {
      const [first, ...rest] = owed;
      if (first === undefined) return;
      const { key, record } = first;
      const fact = { name: OWED_FACT, value: JSON.stringify(rest) };
      try {
        await outbox.tell('export-record', record, { key, fact });
      } catch (error) {
        log.error('export record still owed', { detail: String(error) });
        return;
      }
      owed = rest;
    }
  }

  async closing(): Promise<void> {
    // What is being recorded is awaited by the export itself.
  }

  private async owed(): Promise<Owed> {
    const text = await this.parts.store.call('factGet', { name: OWED_FACT });
    return text === null || text === '' ? [] : OwedSchema.parse(JSON.parse(text));
  }
}
