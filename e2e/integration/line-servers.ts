import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, createServer as createTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { Authority } from '../../server/keys/authority';
import { fileKeys } from '../../server/keys/key-provider';
import { secretMemory } from '../../server/keys/secret-place';

interface Closable {
  listen(port: number, host: string, done: () => void): unknown;
  close(done: () => void): unknown;
  address(): AddressInfo | string | null;
}

/** Servers of one test; all of them end with it. */
export class LineServers {
  private readonly servers: Closable[] = [];
  private readonly sockets = new Set<Duplex>();

  /** An HTTPS server under an authority of its own, as the centre's is. */
  async tls(listener: RequestListener): Promise<{ readonly address: string; readonly ca: string }> {
    const keys = fileKeys(secretMemory());
    const nowMs = Date.now();
    const authority = await Authority.open(keys, undefined, nowMs);
    const cert = await authority.issueServer(['127.0.0.1'], nowMs);
    const server = createHttps(
      { cert, key: keys.tlsPrivateKey(), minVersion: 'TLSv1.3' },
      listener,
    );
    return { address: `https://127.0.0.1:${await this.listen(server)}`, ca: authority.caPem };
  }

  /** Plain HTTP on a free port. */
  http(listener: RequestListener): Promise<number> {
    return this.listen(createHttp(listener));
  }

  /** Takes connections and says nothing. */
  mute(): Promise<number> {
    return this.listen(createTcp((socket) => void this.sockets.add(socket)));
  }

  /**
   * A CONNECT proxy. `admits` sees the credentials; `target` may lead elsewhere than asked. Counts what it opened.
   */
  async proxy(
    admits: (authorization: string | undefined) => boolean = () => true,
    target?: number,
  ): Promise<{ readonly port: number; readonly opened: string[] }> {
    const opened: string[] = [];
    const server = createHttp((_request, response) => response.writeHead(405).end());
    server.on('connect', (request, client: Duplex) => {
      client.on('error', () => client.destroy());
      if (!admits(request.headers['proxy-authorization'])) {
        client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Type: text/html\r\n\r\n');
        return;
      }
      opened.push(request.url ?? '');
      const port = target ?? Number((request.url ?? '').split(':').at(-1));
      const upstream = connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on('error', () => client.destroy());
      this.sockets.add(client).add(upstream);
    });
    return { port: await this.listen(server), opened };
  }

  /** An answer to CONNECT that is no tunnel. */
  refusingProxy(head: string): Promise<number> {
    const server = createHttp();
    server.on('connect', (_request, client: Duplex) => void client.end(head));
    return this.listen(server);
  }

  /** Passes bytes to a server and cuts the connection after every `everyBytes` that came down. */
  async cutting(
    toPort: number,
    everyBytes: number,
  ): Promise<{ readonly port: number; down(): number }> {
    let down = 0;
    let cutAt = everyBytes;
    const server = createTcp((client) => {
      const upstream = connect(toPort, '127.0.0.1');
      const end = () => {
        client.destroy();
        upstream.destroy();
      };
      for (const socket of [client, upstream]) {
        this.sockets.add(socket);
        socket.on('error', end).on('close', end);
      }
      client.pipe(upstream);
      upstream.on('data', (piece: Buffer) => {
        const room = cutAt - down;
        if (piece.length < room) {
          down += piece.length;
          if (!client.write(piece)) {
            upstream.pause();
            client.once('drain', () => upstream.resume());
          }
          return;
        }
        // Byte-exact: what comes before the cut arrives, nothing after it.
        down += room;
        cutAt += everyBytes;
        client.end(piece.subarray(0, room), end);
        upstream.destroy();
      });
    });
    return { port: await this.listen(server), down: () => down };
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    for (const server of this.servers) {
      if ('closeAllConnections' in server) (server as Server).closeAllConnections();
      await new Promise<void>((resolve) => void server.close(resolve));
    }
  }

  private listen(server: Closable): Promise<number> {
    this.servers.push(server);
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
  }
}
