import type { AuditPage, AuditRenewal } from '../../../../shared/protocol/commands';
import type { StoreCaller } from '../../clients/store-client';
import type { NowMs } from '../ports';

const FACT = 'outbox.audit';
const EVERY_MS = 10 * 60_000;
const ENTRIES_PER_PAGE = 500;
/** So many wait for nothing. */
const MANY = 200;

/**
 * Takes the audit chain up in pages of headers and macs; the contents stay here. The server's receipt of the
 * outbox then covers them too. A page is made at most every ten minutes, the first ten minutes after unlocking.
 * Where the centre refuses a page, the log of a restored or renewed journal waits until it is accepted there.
 */
export class AuditPages {
  private madeMs = 0;

  constructor(
    private readonly store: StoreCaller,
    private readonly nowMs: NowMs,
    /** Records a page; the fact becomes true with it. */
    private readonly tell: (
      page: AuditPage,
      fact: { readonly name: string; readonly value: string },
    ) => Promise<unknown>,
    /** Records the statement that the chain does not go on where the centre has it. */
    private readonly tellRenewal: (said: AuditRenewal) => Promise<unknown>,
  ) {}

  /** A session opened. */
  begin(): void {
    this.madeMs = this.nowMs();
  }

  async queueWhenDue(): Promise<void> {
    await this.queue(this.nowMs() - this.madeMs >= EVERY_MS);
  }

  /** All entries so far: for a stick, which does not come again in ten minutes. */
  queueNow(): Promise<void> {
    return this.queue(true);
  }

  private async queue(isDue: boolean): Promise<void> {
    for (;;) {
      const { after, isHeld, toState } = await this.store.call('auditUplink', {});
      if (toState !== null) await this.tellRenewal(toState);
      if (isHeld) return;
      const entries = await this.store.call('auditHeaders', { after, limit: ENTRIES_PER_PAGE });
      if (entries.length === 0 || (!isDue && entries.length < MANY)) return;
      this.madeMs = this.nowMs();
      const value = JSON.stringify({ seq: after + entries.length });
      await this.tell({ from: after + 1, entries: [...entries] }, { name: FACT, value });
    }
  }
}
