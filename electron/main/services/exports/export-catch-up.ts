import type { StoreCaller } from '../../clients/store-client';
import { readProof, TicketLedger } from '../tickets/ticket-ledger';
import type { OpenSession } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import type { ExportRecords } from './export-record';

/**
 * What a killed program left of an export: a ticket that it held is free again, one that it spent gets the line in
 * ledger, log and outbox that the export could not write any more. After the outbox has opened.
 */
export class ExportCatchUp implements SessionListener {
  private readonly tickets: TicketLedger;

  constructor(
    store: StoreCaller,
    private readonly records: Pick<ExportRecords, 'keep'>,
  ) {
    this.tickets = new TicketLedger(store);
  }

  async opened({ view, keys }: OpenSession): Promise<void> {
    const isExporter = view.role === 'inspector' || view.role === 'head';
    if (!isExporter || !keys.has('deviceSign')) return;
    for (const { use, entry } of await this.tickets.sweep()) {
      const { path: _path, ...payload } = entry;
      const audit = { kind: 'export-found', actor: use.userId, payload };
      const proof = readProof(use.proof);
      // A ticket counts as used by what left the office; one that was spent for nothing is told without it.
      const more = entry.outcome === 'sealed' ? proof : { purposeClass: proof.purposeClass };
      await this.records.keep(entry, proof.intent.scope, audit, more);
    }
  }

  closing(): void {
    // An export that runs ends by itself.
  }
}
