import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { type DeviceIdentity, deviceContext } from '../device-context';
import type { Exchange, Transport, TransportAnswer } from './transport';

/** A body goes out in pieces, so that a limit of the line holds within it too. */
const PIECE_BYTES = 16 * 1024;
const MAX_SOCKETS = 6;

/**
 * HTTPS over TLS 1.3 with the device's certificate, trusting the office's authority alone (no system
 * roots, no proxy that breaks TLS). Connections are kept and sessions resumed.
 */
export class TlsTransport implements Transport {
  private readonly agent: Agent;

  constructor(identity: DeviceIdentity) {
    this.agent = new Agent({
      keepAlive: true,
      // Said outright: the environment's NODE_TLS_REJECT_UNAUTHORIZED must not switch the pin off.
      rejectUnauthorized: true,
      maxSockets: MAX_SOCKETS,
      secureContext: deviceContext(identity),
    });
  }

  async open(endpoint: string, exchange: Exchange): Promise<TransportAnswer> {
    const tried = await this.send(endpoint, exchange);
    if (!('isStale' in tried)) return tried;
    // The server had closed the kept connection meanwhile: that is no failure of the line.
    const again = await this.send(endpoint, exchange);
    if ('isStale' in again) throw again.cause;
    return again;
  }

  close(): void {
    this.agent.destroy();
  }

  private send(
    endpoint: string,
    exchange: Exchange,
  ): Promise<TransportAnswer | { readonly isStale: true; readonly cause: Error }> {
    const { method, path, body, signal } = exchange;
    const length =
      body === null
        ? {}
        : { 'Content-Type': 'application/json', 'Content-Length': String(body.length) };
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, endpoint), {
        agent: this.agent,
        method,
        headers: { ...exchange.headers, ...length },
        signal,
      });
      outgoing.on('response', (response) => resolve(answerOf(response)));
      outgoing.on('socket', (socket) => {
        if (outgoing.reusedSocket) exchange.onConnected();
        else (socket as TLSSocket).once('secureConnect', () => exchange.onConnected());
      });
      outgoing.on('error', (cause: NodeJS.ErrnoException) => {
        if (outgoing.reusedSocket && cause.code === 'ECONNRESET' && !signal.aborted)
          resolve({ isStale: true, cause });
        else reject(cause);
      });
      if (body === null) outgoing.end();
      else
        void sendPieces(body, exchange, outgoing).catch((cause: Error) => outgoing.destroy(cause));
    });
  }
}

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
