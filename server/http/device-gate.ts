import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import { type Device, findDevice } from '../store/devices';
import { findOffice, type Office } from '../store/offices';
import type { SqlClient } from '../store/sql-client';
import type { Region, Regions } from '../sync/regions';
import { Refusal } from './refusal';

/** Who asks: known from the client certificate alone. */
export interface Caller {
  readonly device: Device;
  readonly office: Office;
  readonly region: Region;
}

/**
 * The caller of a request, by the certificate of its TLS connection: issued by our CA, its key the one
 * that was enrolled, the device not revoked. Throws Refusal. Looked up at every request, so that a
 * revocation acts on open connections too.
 */
export async function callerOf(
  request: FastifyRequest,
  client: SqlClient,
  regions: Regions,
): Promise<Caller> {
  const socket = request.raw.socket as TLSSocket;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined || !socket.authorized)
    throw new Refusal('device-unknown', 'no client certificate of this authority');
  const id = /(?:^|\n|\+ )CN=(.+)$/m.exec(certificate.subject)?.[1] ?? '';
  const device = await findDevice(client, id);
  const spki = createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  if (device === undefined || device.tlsSpki !== spki)
    throw new Refusal('device-unknown', 'not an enrolled device');
  if (device.status !== 'active') throw new Refusal('device-revoked', 'the device was revoked');
  const office = await findOffice(client, device.office);
  const region = office === undefined ? undefined : await regions.find(office.slice);
  if (office === undefined || region === undefined)
    throw new Error(`device ${id} without office or region`);
  return { device, office, region };
}
