import { createHash, randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../../../shared/errors/app-error';
import type { ShownRecipient } from '../../../../shared/ipc/routes/recipients';
import { type CertificateFacts, readCertificate } from '../../../device/certificate';
import { recipientFault } from '../../../jobs/package/recipient/recipient';
import type { NowMs } from '../ports';

/** As many bytes as the jobs process takes for a certificate; as PEM a third more. */
const MAX_DER_BYTES = 16 << 10;
const MAX_FILE_BYTES = 24 << 10;
const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/gu;

export interface RecipientParts {
  readonly nowMs: NowMs;
  /** Asks for a certificate's file; null when the person closed the dialog. */
  chooseCertificate(): Promise<string | null>;
}

/** For whom a package is encrypted. */
export interface Recipient {
  readonly der: Uint8Array;
  readonly shown: ShownRecipient;
}

/** Certificates of recipients that a person chose, by handle, for the length of a session. */
export class Recipients {
  private readonly chosen = new Map<string, { readonly der: Uint8Array; readonly name: string }>();

  constructor(private readonly parts: RecipientParts) {}

  /** A file that the person chooses, and whether it can be used; null when the dialog was closed. Throws RECIPIENT_UNREADABLE. */
  async choose(): Promise<ShownRecipient | null> {
    const path = await this.parts.chooseCertificate();
    if (path === null) return null;
    const name = basename(path);
    const der = await certificateIn(path, name);
    const facts = factsOf(der, name);
    const handle = randomUUID();
    this.chosen.set(handle, { der, name });
    return shownOf(handle, der, facts, this.parts.nowMs());
  }

  /** The recipient of a request that waited for consent, under a handle of this session; judged when it is used. */
  adopt(der: Uint8Array, name: string): string {
    const handle = randomUUID();
    this.chosen.set(handle, { der: new Uint8Array(der), name });
    return handle;
  }

  /** The recipient of a handle, judged once more. Throws RECIPIENT_UNFIT. */
  demand(handle: string): Recipient {
    const found = this.chosen.get(handle);
    if (found === undefined) throw new AppError('RECIPIENT_UNFIT', {}, 'not chosen here');
    const facts = factsOf(found.der, found.name);
    const shown = shownOf(handle, found.der, facts, this.parts.nowMs());
    if (shown.fault !== null) throw new AppError('RECIPIENT_UNFIT', {}, shown.fault);
    return { der: found.der, shown };
  }

  clear(): void {
    this.chosen.clear();
  }
}

/** Exactly one certificate, PEM or DER. */
async function certificateIn(path: string, name: string): Promise<Uint8Array> {
  const bytes = await readBounded(path).catch(() => {
    throw new AppError('FILE_UNREADABLE', { name });
  });
  if (bytes.length > MAX_FILE_BYTES) throw new AppError('RECIPIENT_UNREADABLE', { name }, 'size');
  const blocks = [...bytes.toString('latin1').matchAll(PEM)];
  if (blocks.length > 1) throw new AppError('RECIPIENT_UNREADABLE', { name }, 'several');
  const [block] = blocks;
  const der = block === undefined ? bytes : Buffer.from(block[1] ?? '', 'base64');
  if (der.length > MAX_DER_BYTES) throw new AppError('RECIPIENT_UNREADABLE', { name }, 'size');
  return new Uint8Array(der);
}

async function readBounded(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(MAX_FILE_BYTES + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function factsOf(der: Uint8Array, name: string): CertificateFacts {
  try {
    return readCertificate(der);
  } catch (error) {
    throw new AppError('RECIPIENT_UNREADABLE', { name }, String(error));
  }
}

function shownOf(
  handle: string,
  der: Uint8Array,
  facts: CertificateFacts,
  nowMs: number,
): ShownRecipient {
  const digest = createHash('sha256').update(der).digest('hex').toUpperCase();
  return {
    handle,
    holder: (facts.commonName || facts.subject).slice(0, 300),
    subject: facts.subject.slice(0, 1_000),
    issuer: facts.issuer.slice(0, 1_000),
    notBeforeMs: facts.notBeforeMs,
    notAfterMs: facts.notAfterMs,
    fingerprint: digest.replace(/(.{4})(?=.)/gu, '$1 '),
    fault: recipientFault(facts, nowMs) ?? null,
  };
}
