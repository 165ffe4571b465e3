import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { AppError } from '../../../../../shared/errors/app-error';
import { type DeviceIdentity, deviceContext } from '../device-context';
import { lineError } from '../line-errors';
import { answersAsPortal } from './portal-probe';
import type { FindWays } from './proxy';
import type { Exchange, Transport, TransportAnswer } from './transport';
import { straightOnly, WayAgent } from './way-agent';

/** A body goes out in pieces, so that a limit of the line holds within it too. */
const PIECE_BYTES = 16 * 1024;
const MAX_SOCKETS = 6;

/**
 * HTTPS over TLS 1.3 with the device's certificate, trusting the office's authority alone (no system
 * roots, no proxy that breaks TLS). A proxy carries the bytes alone. Connections are kept, sessions resumed.
 */
export class TlsTransport implements Transport {
  private readonly agent: WayAgent;
  /** For what must not be sent twice: a kept connection that had ended would leave open whether it was taken. */
  private readonly fresh: WayAgent;

  constructor(
    identity: DeviceIdentity,
    findWays: FindWays = straightOnly,
    /** Where a network's login page would answer in the server's name. */
    private readonly portalPort = 80,
  ) {
    const options = {
      keepAlive: true,
      // Said outright: the environment's NODE_TLS_REJECT_UNAUTHORIZED must not switch the pin off.
      rejectUnauthorized: true,
      maxSockets: MAX_SOCKETS,
      secureContext: deviceContext(identity),
    };
    this.agent = new WayAgent(options, findWays);
    this.fresh = new WayAgent({ ...options, keepAlive: false }, findWays);
  }

  async open(endpoint: string, exchange: Exchange): Promise<TransportAnswer> {
    for (let stale = 0; ; stale++) {
      const tried = await this.send(endpoint, exchange).catch((cause: unknown) =>
        this.explain(cause, endpoint, exchange),
      );
      if (!('isStale' in tried)) return tried;
      // The server had closed the kept connection meanwhile, and after its restart all of them: no failure of the line.
      if (stale === MAX_SOCKETS) throw tried.cause;
    }
  }

  get carriedBytes(): number {
    return this.agent.carriedBytes + this.fresh.carriedBytes;
  }

  close(): void {
    this.agent.destroy();
    this.fresh.destroy();
  }

  private async explain(cause: unknown, endpoint: string, exchange: Exchange): Promise<never> {
    const error = lineError(cause);
    if (!(error instanceof AppError)) throw cause;
    // A login page often shows a certificate of its own, which may be out of date besides.
    const isStranger = error.code === 'SYNC_SERVER_IDENTITY' || error.code === 'SYNC_CLOCK';
    // Plain text where TLS should be: whoever answers may answer plain HTTP on the same port.
    const isPlain = error.code === 'SYNC_PROTOCOL' && /^(EPROTO|ERR_SSL)/.test(error.detail ?? '');
    if (!isStranger && !isPlain) throw cause;
    // Somebody did answer: the time to connect is over.
    exchange.onConnected();
    const { hostname, port } = new URL(endpoint);
    const asked = isStranger ? this.portalPort : Number(port === '' ? 443 : port);
    const isPortal = await answersAsPortal(hostname, asked);
    throw isPortal ? new AppError('SYNC_PORTAL', {}, error.detail) : cause;
  }

  private send(
    endpoint: string,
    exchange: Exchange,
  ): Promise<TransportAnswer | { readonly isStale: true; readonly cause: Error }> {
    const { method, path, body, signal } = exchange;
    const kind = body === null ? {} : { 'Content-Type': 'application/json' };
    const length = body === null ? {} : { 'Content-Length': String(body.length) };
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, endpoint), {
        agent: exchange.isRepeatable ? this.agent : this.fresh,
        method,
        headers: { ...kind, ...exchange.headers, ...length },
        signal,
      });
      outgoing.on('response', (response) => resolve(answerOf(response)));
      outgoing.on('socket', (socket) => {
        if (outgoing.reusedSocket) exchange.onConnected();
        else (socket as TLSSocket).once('secureConnect', () => exchange.onConnected());
      });
      outgoing.on('error', (cause: NodeJS.ErrnoException) => {
        if (outgoing.reusedSocket && isClosing(cause) && !signal.aborted)
          resolve({ isStale: true, cause });
        else reject(cause);
      });
      if (body === null) outgoing.end();
      else
        void sendPieces(body, exchange, outgoing).catch((cause: Error) => outgoing.destroy(cause));
    });
  }
}

const isClosing = ({ code }: NodeJS.ErrnoException): boolean =>
  code === 'ECONNRESET' || code === 'EPIPE';

async function sendPieces(
  body: Buffer,
  { pace }: Exchange,
  outgoing: {
    write(piece: Buffer, done: (error?: Error | null) => void): boolean;
    end(): void;
    readonly destroyed: boolean;
  },
): Promise<void> {
  for (let at = 0; at < body.length && !outgoing.destroyed; at += PIECE_BYTES) {
    const piece = body.subarray(at, at + PIECE_BYTES);
    await pace(piece.length);
    await new Promise<void>((resolve, reject) => {
      outgoing.write(piece, (error) => (error ? reject(error) : resolve()));
    });
  }
  if (!outgoing.destroyed) outgoing.end();
}

function answerOf(response: IncomingMessage): TransportAnswer {
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: response as AsyncIterable<Buffer>,
    destroy: () => void response.destroy(),
  };
}
