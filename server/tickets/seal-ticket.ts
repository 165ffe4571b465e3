import { createCipheriv, randomBytes } from 'node:crypto';
import { argon2id } from 'hash-wasm';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import type { SignedStatement } from '../../shared/protocol/signed-statement';
import {
  type ExportTicket,
  type SealedTicket,
  SealedTicketSchema,
  ticketAad,
} from '../../shared/protocol/ticket';
import { newTicketCode, ticketCodeSecret } from '../../shared/protocol/ticket-code';

/** Two passes more than the floor of RFC 9106's second option: measured 0.6 s on one core here. */
const KDF = { memoryKiB: 65_536, passes: 5, lanes: 1 } as const;
const IV_BYTES = 12;

/** Seals a ticket under a new code. The code is answered once and kept nowhere. */
export async function sealTicket(
  ticket: ExportTicket,
  envelope: SignedStatement,
): Promise<{ readonly sealed: SealedTicket; readonly code: string }> {
  const code = newTicketCode(randomBytes(7));
  const read = ticketCodeSecret(Buffer.from(code, 'ascii'));
  if (!read.ok) throw new Error('a code of our own that does not read');
  const salt = randomBytes(16);
  const key = await argon2id({
    password: read.secret,
    salt,
    memorySize: KDF.memoryKiB,
    iterations: KDF.passes,
    parallelism: KDF.lanes,
    hashLength: 32,
    outputType: 'binary',
  });
  try {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    cipher.setAAD(Buffer.from(ticketAad(ticket.id, ticket.device), 'utf8'));
    const text = Buffer.from(canonicalJson(envelope), 'utf8');
    const box = Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    const { id, office, device, userId, purposes, maxRows, issuedMs, expiresMs } = ticket;
    const sealed = SealedTicketSchema.parse({
      type: 'sealed-ticket',
      id,
      office,
      device,
      userId,
      purposes,
      maxRows,
      issuedMs,
      expiresMs,
      kdf: { name: 'argon2id', ...KDF, salt: salt.toString('base64') },
      box: box.toString('base64'),
    });
    return { sealed, code };
  } finally {
    key.fill(0);
    read.secret.fill(0);
  }
}
