import { createHash, X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { AppError } from '../../../../shared/errors/app-error';
import { sixtyBits } from '../../../../shared/protocol/enrol-code';
import type { FindWays } from '../sync/transport/proxy';
import { openTunnel } from '../sync/transport/tunnel';
import { straightOnly } from '../sync/transport/way-agent';

const TIMEOUT_MS = 10_000;
const MAX_CHAIN = 6;

/**
 * Finds, in the chain that a server shows, the authority that the slip names by its fingerprint.
 * Nothing is sent and nothing else of this connection is trusted: the answer is only used as the one
 * trusted root of the next connection, on which TLS checks chain, name and possession of the key.
 * Throws ENROL_UNREACHABLE, ENROL_SERVER_MISMATCH, and the codes of a proxy that stands in between.
 */
export async function findAuthority(
  address: URL,
  caPrefix: string,
  findWays: FindWays = straightOnly,
): Promise<string> {
  const socket = await openByAnyWay(address, findWays);
  try {
    for (const certificate of chainOf(socket)) {
      const { publicKey } = certificate;
      const spki = publicKey.export({ type: 'spki', format: 'der' });
      const digest = createHash('sha256').update(spki).digest();
      if (sixtyBits(digest) === caPrefix && certificate.ca) return certificate.toString();
    }
  } finally {
    socket.destroy();
  }
  throw new AppError('ENROL_SERVER_MISMATCH', {}, address.host);
}

/** The first way that leads there; one that is not there is passed over. */
async function openByAnyWay(address: URL, findWays: FindWays): Promise<TLSSocket> {
  const target = {
    host: address.hostname.replace(/^\[|\]$/g, ''),
    port: Number(address.port || 443),
  };
  let failure: unknown;
  for (const way of await findWays(address.origin)) {
    try {
      return await open(
        address,
        target,
        way.kind === 'proxy' ? await openTunnel(way, target) : undefined,
      );
    } catch (error) {
      failure = error;
      if (error instanceof AppError && error.code !== 'SYNC_PROXY_UNREACHABLE') throw error;
    }
  }
  throw failure;
}

function open(
  address: URL,
  target: { readonly host: string; readonly port: number },
  tunnel: Socket | undefined,
): Promise<TLSSocket> {
  const unreachable = (detail: string) =>
    new AppError('ENROL_UNREACHABLE', { address: address.host }, detail);
  return new Promise((resolve, reject) => {
    const isName = !/^[\d.]+$|:/.test(address.hostname);
    const socket = connect({
      ...(tunnel === undefined ? target : { socket: tunnel }),
      minVersion: 'TLSv1.3',
      rejectUnauthorized: false,
      ...(isName ? { servername: address.hostname } : {}),
    });
    socket.setTimeout(TIMEOUT_MS, () => {
      socket.destroy();
      reject(unreachable('no answer in time'));
    });
    socket.once('error', (error) => reject(unreachable(error.message)));
    socket.once('secureConnect', () => {
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (next?.raw !== undefined && chain.length < MAX_CHAIN) {
    chain.push(new X509Certificate(next.raw));
    // The root names itself as its issuer.
    if (next.issuerCertificate === next) break;
    next = next.issuerCertificate;
  }
  return chain;
}
