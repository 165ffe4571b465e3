import { createHash, createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '../../../shared/kernel/canonical-json';
import { statementBytes } from '../../../shared/protocol/signed-statement';
import type { ExportIntent, ExportTicket } from '../../../shared/protocol/ticket';
import { issueIdentity, makeAuthority, openssl } from '../../device/test/softhsm-rig';
import type { ExportMeta } from '../package/manifest';

/** A server that issues tickets, made by openssl alone. */
interface TicketAuthority {
  readonly rootDer: Uint8Array;
  readonly certificateDer: Buffer;
  readonly spki: Buffer;
  readonly key: Buffer;
}

/** An authority and its statement key in a folder that goes at once. */
export function makeTicketAuthority(subject = '/CN=statements', extensions = ''): TicketAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'fieldcert-tickets-'));
  try {
    makeAuthority(folder);
    issueIdentity(folder, { name: 'statements', subject, usage: 'digitalSignature', extensions });
    openssl(folder, 'x509', '-in', 'root.pem', '-outform', 'DER', '-out', 'root.der');
    openssl(
      folder,
      ...['pkey', '-in', 'statements.key', '-pubout', '-outform', 'DER', '-out', 'spki.der'],
    );
    return {
      rootDer: new Uint8Array(readFileSync(join(folder, 'root.der'))),
      certificateDer: readFileSync(join(folder, 'statements.der')),
      spki: readFileSync(join(folder, 'spki.der')),
      key: readFileSync(join(folder, 'statements.key')),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let shared: TicketAuthority | undefined;
export function ticketAuthority(): TicketAuthority {
  shared ??= makeTicketAuthority();
  return shared;
}

/** Signs a ticket as a server does. */
export function signTicket(
  ticket: ExportTicket,
  { spki, key, certificateDer }: TicketAuthority = ticketAuthority(),
): ExportMeta['ticket'] {
  const kid = createHash('sha256').update(spki).digest('hex').slice(0, 16);
  const payload = canonicalJson(ticket);
  const sig = sign('sha256', statementBytes(kid, payload), {
    key: createPrivateKey(key),
    dsaEncoding: 'ieee-p1363',
  }).toString('base64url');
  return {
    statement: { payload, alg: 'ES256', kid, sig },
    certificate: certificateDer.toString('base64'),
  };
}

type Asked = Pick<
  ExportMeta,
  | 'traceId'
  | 'purpose'
  | 'purposeClass'
  | 'office'
  | 'requester'
  | 'scope'
  | 'region'
  | 'createdAtMs'
> &
  Partial<Pick<ExportMeta, 'template'>>;

/** The intent of an export. */
export function intentFor(meta: Asked, change: Partial<ExportIntent> = {}): ExportIntent {
  return {
    type: 'export-intent',
    traceId: meta.traceId,
    office: meta.office.code,
    device: 'D-TEST',
    userId: `${meta.office.code}-${meta.requester.badge}`,
    purposeClass: meta.purposeClass,
    purpose: meta.purpose,
    ...(meta.template === undefined ? {} : { template: meta.template.id }),
    filter: '{}',
    scope: meta.scope.description,
    regions: [meta.region.code],
    maxRows: 1_000_000,
    ...change,
  };
}

/** A ticket that covers it. */
export function ticketFor(meta: Asked, change: Partial<ExportTicket> = {}): ExportTicket {
  const { office, device, userId, regions, maxRows } = intentFor(meta);
  return {
    type: 'export-ticket',
    id: 'ET-7K3M-Q2X9',
    way: 'code',
    office,
    device,
    userId,
    badge: meta.requester.badge,
    regions,
    purposes: [meta.purposeClass],
    maxRows,
    reviewOver: null,
    intent: null,
    issuedMs: meta.createdAtMs - 3_600_000,
    expiresMs: meta.createdAtMs + 86_400_000,
    ...change,
  };
}

/** Meta with the intent and ticket that fit it. */
export function admitted(meta: Omit<ExportMeta, 'intent' | 'ticket'>): ExportMeta {
  return { ...meta, intent: intentFor(meta), ticket: signTicket(ticketFor(meta)) };
}
