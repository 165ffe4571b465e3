import { isWithinForm, type UsedForm } from '../domain/policy/export-templates';
import type { ExportTicket } from './ticket';

/** Why a ticket does not cover an export. */
export type TicketFault =
  | 'foreign-office'
  | 'foreign-device'
  | 'foreign-person'
  | 'other-intent'
  | 'scope'
  | 'purpose'
  | 'rows'
  | 'form'
  | 'not-yet-valid'
  | 'expired'
  | 'review-missing';

/** An export as its ticket has to cover it. */
export interface TicketUse {
  readonly office: string;
  readonly device: string;
  readonly userId: string;
  readonly badge: string | null;
  /** Region code prefixes of the scope. */
  readonly regions: readonly string[];
  readonly purposeClass: string;
  readonly count: number;
  /** SHA-256 of the intent, hex. */
  readonly intent: string;
  /** When it was made, UTC ms. */
  readonly atMs: number;
  readonly hasReview: boolean;
  /** The package's form, and what it lets out where that is known; null: a board, which has none of a list's. */
  readonly form: { readonly id: string; readonly is: UsedForm | null } | null;
  /** Rows of other regions, by a grant. */
  readonly isGranted: boolean;
}

/** Clocks of desk and server may differ by as much. */
const SKEW_MS = 10 * 60_000;

/**
 * The first thing in which a ticket does not fit an export; null: it covers it. The same rule on the desk before
 * signing, in the verifier and at the server. The ticket's signature is the caller's to check.
 */
export function ticketFault(ticket: ExportTicket, use: TicketUse): TicketFault | null {
  if (ticket.office !== use.office) return 'foreign-office';
  if (ticket.device !== use.device) return 'foreign-device';
  if (ticket.userId !== use.userId || (use.badge !== null && ticket.badge !== use.badge))
    return 'foreign-person';
  if (ticket.intent !== null && ticket.intent !== use.intent) return 'other-intent';
  const isWithin = (region: string) => ticket.regions.some((prefix) => region.startsWith(prefix));
  if (use.regions.length === 0 || !use.regions.every(isWithin)) return 'scope';
  if (!(ticket.purposes as readonly string[]).includes(use.purposeClass)) return 'purpose';
  if (use.count > ticket.maxRows) return 'rows';
  if (!isFormPermitted(ticket, use)) return 'form';
  if (use.atMs + SKEW_MS < ticket.issuedMs) return 'not-yet-valid';
  if (use.atMs >= ticket.expiresMs) return 'expired';
  if (ticket.reviewOver !== null && use.count > ticket.reviewOver && !use.hasReview)
    return 'review-missing';
  return null;
}

function isFormPermitted({ forms }: ExportTicket, { form, count, isGranted }: TicketUse): boolean {
  if (forms === undefined || form === null) return true;
  const permitted = forms.find(({ id }) => id === form.id);
  if (permitted === undefined || count > permitted.maxRows) return false;
  return form.is === null || isWithinForm(form.is, permitted, isGranted);
}
