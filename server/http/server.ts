import fastify, { type FastifyInstance } from 'fastify';
import { Refusal, sendRefusal } from './refusal';
import { actRoutes } from './routes/acts';
import { controlRoutes } from './routes/control';
import { crossRegionRoutes } from './routes/cross-region';
import { enrolRoutes } from './routes/enrol';
import { evidenceRoutes } from './routes/evidence';
import { exportRoutes } from './routes/exports';
import { movesRoutes } from './routes/moves';
import { nationalRoutes } from './routes/national';
import { objectRoutes } from './routes/objects';
import { outboxRoutes } from './routes/outbox';
import { renewRoutes } from './routes/renew';
import { repairRoutes } from './routes/repair';
import { reportRoutes } from './routes/report';
import { savedItemRoutes } from './routes/saved-items';
import { statusRoutes } from './routes/status';
import { syncRoutes } from './routes/sync';
import { verifyRoutes } from './routes/verify';
import type { ServedParts } from './served-parts';
import { limitBodies } from './slow-bodies';

export interface TlsIdentity {
  /** PEM of the server's certificate and the CA's: a device that enrols finds the CA in the chain by its slip. */
  readonly certificate: string;
  readonly key: string;
  /** PEM of the CA that client certificates must come from. */
  readonly ca: string;
}

/** Largest body of a request but the outbox's, which says its own. */
const BODY_BYTES = 16 * 1024;
/** For the body of a request, or on slow routes for each part of it. */
const BODY_MS = 60_000;

function asRefusal(error: unknown, log: (line: string) => void): Refusal {
  if (error instanceof Refusal) return error;
  const status = (error as { statusCode?: unknown }).statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Refusal('bad-request', 'not a request of this interface');
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return new Refusal('internal', 'the server failed; its log says why');
}

/**
 * The HTTPS interface: TLS 1.3 only. Client certificates are asked for and checked against our own CA;
 * every route but `enrol` and `/verify` refuses callers without one (device-gate.ts), and control certificates
 * open the control routes only.
 */
export function buildServer(
  parts: ServedParts,
  tls: TlsIdentity,
  bodyMs = BODY_MS,
): FastifyInstance {
  const server = fastify({
    https: {
      cert: tls.certificate,
      key: tls.key,
      ca: tls.ca,
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
      requestCert: true,
      // Enrolling devices have none yet: the gate decides, not the handshake.
      rejectUnauthorized: false,
    },
    bodyLimit: BODY_BYTES,
    // Of whole requests: a large one over a slow line takes minutes (slow-bodies.ts). Headers have their own.
    requestTimeout: 0,
    routerOptions: { maxParamLength: 128 },
    forceCloseConnections: true,
    logger: false,
  }) as unknown as FastifyInstance;
  server.setErrorHandler((error, _request, reply) =>
    sendRefusal(reply, asRefusal(error, parts.log)),
  );
  server.setNotFoundHandler((_request, reply) =>
    sendRefusal(reply, new Refusal('not-found', 'no such address')),
  );
  server.addHook('onRequest', async (request) => parts.seen(request.method, request.url));
  server.addHook('onSend', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff');
  });
  limitBodies(server, bodyMs);
  addRoutes(server, parts);
  return server;
}

/** Every route of the interface, and no other place adds one: a table of who may open them is held against it. */
export function addRoutes(server: FastifyInstance, parts: ServedParts): void {
  enrolRoutes(server, parts);
  renewRoutes(server, parts);
  statusRoutes(server, parts);
  syncRoutes(server, parts);
  repairRoutes(server, parts);
  movesRoutes(server, parts);
  nationalRoutes(server, parts);
  objectRoutes(server, parts);
  evidenceRoutes(server, parts);
  outboxRoutes(server, parts);
  savedItemRoutes(server, parts);
  controlRoutes(server, parts);
  reportRoutes(server, parts);
  exportRoutes(server, parts);
  crossRegionRoutes(server, parts);
  actRoutes(server, parts);
  verifyRoutes(server, parts);
}
