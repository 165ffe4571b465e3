import type { AuditInput, ExportLedgerEntry } from './ledger-protocol';

/** What one export does with its ticket: held for it while files are made, spent before they are signed for. */
export interface TicketUse {
  readonly ticket: string;
  readonly traceId: string;
  readonly userId: string;
  readonly count: number;
  readonly atMs: number;
  readonly state: 'held' | 'spent';
  /** The ledger's line in case that the export ends without one: by a kill after it was spent. */
  readonly entry: ExportLedgerEntry;
  /** Canonical JSON of what the centre is told beside it: purpose class, intent, ticket. */
  readonly proof: string;
}

/** How much a person may let out; counted with what is held at the same moment. */
export interface TicketQuota {
  readonly sinceDayMs: number;
  readonly perDay: number;
  readonly sinceMonthMs: number;
  readonly perMonth: number;
}

export interface TicketCalls {
  /** Holds a ticket for an export and its place in the quota, in one transaction with the audit entry. */
  ticketHold: [
    {
      readonly use: Omit<TicketUse, 'state'>;
      readonly quota: TicketQuota;
      readonly audit: AuditInput;
    },
    {
      readonly outcome: 'held' | 'used' | 'over-day' | 'over-month';
      /** Certificates that the quota has left. */
      readonly left: number;
    },
  ];
  /** Spends or lets go what is held for this export, once; false where it is not held for it. */
  ticketSettle: [
    {
      readonly ticket: string;
      readonly traceId: string;
      readonly to: 'spent' | 'free';
      readonly audit: AuditInput;
    },
    { readonly isDone: boolean },
  ];
  ticketUses: [Record<string, never>, readonly TicketUse[]];
}
