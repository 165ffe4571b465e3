import type { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import { CONTROL_NAME_PREFIX } from '../../shared/protocol/control';
import { findCaller } from '../store/callers';
import { type Device, spkiHash } from '../store/devices';
import { takeNextControl } from '../store/next-control';
import { takeNextTls } from '../store/next-tls';
import type { Office } from '../store/offices';
import type { SqlClient } from '../store/sql-client';
import type { Region, Regions } from '../sync/regions';
import { DeviceLimit } from './device-limit';
import { Refusal } from './refusal';

/** Who asks: known from the client certificate alone. */
export interface Caller {
  readonly device: Device;
  readonly office: Office;
  readonly region: Region;
}

/** A burst of three thousand, then a hundred a second: beyond any honest device. */
const limits = new WeakMap<SqlClient, DeviceLimit>();

function demandPace(client: SqlClient, device: string): void {
  const limit = limits.get(client) ?? new DeviceLimit(3_000, 100);
  limits.set(client, limit);
  const waitMs = limit.take(device, Date.now());
  if (waitMs > 0) throw new Refusal('busy', 'too many requests from this device', waitMs);
}

/** Who a connection is: its certificate's common name and the hash of its key. */
interface Presented {
  readonly name: string;
  readonly spki: string;
}

/** A certificate is shown once, in the handshake: it stays the connection's for as long as that lives. */
const shown = new WeakMap<TLSSocket, Presented>();

/** The certificate of a request's connection. Throws Refusal. */
function presented(request: FastifyRequest): Presented {
  const socket = request.raw.socket as TLSSocket;
  const known = shown.get(socket);
  if (known !== undefined) return known;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined || !socket.authorized)
    throw new Refusal('device-unknown', 'no client certificate of this authority');
  const found = {
    name: /(?:^|\n|\+ )CN=(.+)$/m.exec(certificate.subject)?.[1] ?? '',
    spki: spkiHash(certificate.publicKey.export({ type: 'spki', format: 'der' })),
  };
  shown.set(socket, found);
  return found;
}

/**
 * Refuses a connection without a client certificate of this authority before its body is taken in: for routes whose bodies
 * are large or may take their time. Who it is, the route asks itself. Throws Refusal.
 */
export async function demandCertificate(request: FastifyRequest): Promise<void> {
  presented(request);
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
  const { name, spki } = presented(request);
  if (name.startsWith(CONTROL_NAME_PREFIX))
    throw new Refusal('forbidden', 'a control certificate opens the control channel only');
  demandPace(client, spki);
  const found = await findCaller(client, name);
  // The first use of a renewed certificate ends the old one.
  const isKnown =
    found !== undefined &&
    (found.device.tlsSpki === spki || (await takeNextTls(client, name, spki)));
  if (!isKnown) throw new Refusal('device-unknown', 'not an enrolled device');
  const { device, office } = found;
  if (device.status !== 'active')
    throw new Refusal('device-revoked', `the device is ${device.status}`);
  const region = await regions.find(office.slice);
  if (region === undefined) throw new Error(`device ${name} without region`);
  return { device, office, region };
}

/**
 * The caller of a control path, by its control certificate; a device's other certificate opens none of
 * them. A revoked device is let in: its directives have to reach it. Throws Refusal.
 */
export async function controlCallerOf(
  request: FastifyRequest,
  client: SqlClient,
): Promise<Omit<Caller, 'region'>> {
  const { name, spki } = presented(request);
  if (!name.startsWith(CONTROL_NAME_PREFIX))
    throw new Refusal('forbidden', 'the control channel wants the control certificate');
  demandPace(client, spki);
  const found = await findCaller(client, name.slice(CONTROL_NAME_PREFIX.length));
  const { controlKey, id } = found?.device ?? {};
  // The first use of a renewed certificate ends the old one.
  const isKnown =
    controlKey != null &&
    id !== undefined &&
    (spkiHash(controlKey) === spki || (await takeNextControl(client, id, spki)));
  if (found === undefined || !isKnown)
    throw new Refusal('device-unknown', 'not an enrolled device');
  return found;
}
