import { createHash, randomBytes } from 'node:crypto';
import type { ExportPolicy, ExportWay } from '../../shared/domain/policy/export-policy';
import { permittedForm, templatesOf } from '../../shared/domain/policy/export-templates';
import { ALPHABET } from '../../shared/protocol/crockford';
import type { SignedStatement } from '../../shared/protocol/signed-statement';
import {
  type ExportIntent,
  type ExportTicket,
  ExportTicketSchema,
  intentBytes,
} from '../../shared/protocol/ticket';
import type { StatementWriter } from '../keys/statement-writer';
import type { OfficeUser } from '../store/offices';

/** Who may use a ticket, and where. */
export interface TicketHolder {
  readonly office: string;
  readonly device: string;
  readonly user: OfficeUser;
}

/** What a ticket covers. */
export interface TicketTerms {
  readonly way: ExportWay;
  readonly regions: readonly string[];
  readonly purposes: ExportTicket['purposes'];
  readonly maxRows: number;
  readonly intent: string | null;
  readonly issuedMs: number;
  readonly expiresMs: number;
}

/** `ET-XXXX-XXXX` from 40 random bits. */
function newTicketId(): string {
  const symbols = [...randomBytes(8)].map((byte) => ALPHABET.charAt(byte & 31)).join('');
  return `ET-${symbols.slice(0, 4)}-${symbols.slice(4)}`;
}

/** SHA-256 of an intent, hex. */
export const intentDigest = (intent: ExportIntent): string =>
  createHash('sha256').update(intentBytes(intent)).digest('hex');

/** Makes and signs a ticket; the caller keeps it. */
export async function makeTicket(
  writer: StatementWriter,
  { office, device, user }: TicketHolder,
  terms: TicketTerms,
  policy: Pick<ExportPolicy, 'reviewOver' | 'templates'>,
): Promise<{ readonly ticket: ExportTicket; readonly envelope: SignedStatement }> {
  const { userId, badge } = user;
  const ticket = ExportTicketSchema.parse({
    type: 'export-ticket',
    id: newTicketId(),
    office,
    device,
    userId,
    badge,
    reviewOver: policy.reviewOver,
    forms: templatesOf(policy).map(permittedForm),
    ...terms,
    regions: [...terms.regions],
  });
  return { ticket, envelope: await writer.sign(ticket) };
}
