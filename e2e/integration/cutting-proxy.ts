import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** A bad line in front of a server: carries TLS bytes unseen, counts them and cuts where told. */
export interface CuttingProxy {
  /** `https://127.0.0.1:port`. */
  readonly address: string;
  /** Bytes carried down so far. */
  bytesDown(): number;
  /** Cuts every connection once so many further bytes have come down; undefined: never. */
  cutAfter(bytes: number | undefined): void;
  /** The same again and again: `next` says after how many further bytes; undefined: no more. */
  cutAgain(next: () => number | undefined): void;
  /** Drops every connection now. */
  cutNow(): void;
  /** Carries so many bytes a second up, on each connection; undefined: all at once. */
  slowUp(bytesPerSecond: number | undefined): void;
  /** Cuts a connection that has carried more than so many bytes up; undefined: never. */
  cutUpAfter(bytes: number | undefined): void;
  /** How often connections were cut. */
  cuts(): number;
  /** Refuses new connections and drops the open ones until told otherwise. */
  setDown(isDown: boolean): void;
  close(): Promise<void>;
}

/** Starts a proxy to `target` (an https address of this machine). */
export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let down = 0;
  let cutAt: number | undefined;
  let isDown = false;
  let cuts = 0;
  let again: (() => number | undefined) | undefined;
  let upRate: number | undefined;
  let mostUp: number | undefined;
  const arm = (bytes: number | undefined) => {
    cutAt = bytes === undefined ? undefined : down + bytes;
  };
  const dropAll = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const server = createServer((client) => {
    if (isDown) {
      client.destroy();
      return;
    }
    const upstream = connect({ host: hostname, port: Number(port) });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    let up = 0;
    client.on('data', (piece) => {
      up += piece.length;
      if (mostUp !== undefined && up > mostUp) {
        cuts++;
        client.destroy();
        return;
      }
      const isRoom = upstream.write(piece);
      if (isRoom && upRate === undefined) return;
      client.pause();
      if (upRate === undefined) upstream.once('drain', () => client.resume());
      else setTimeout(() => client.resume(), (piece.length / upRate) * 1_000);
    });
    upstream.on('data', (piece) => {
      down += piece.length;
      if (cutAt !== undefined && down >= cutAt) {
        cuts++;
        arm(again?.());
        dropAll();
        return;
      }
      if (!client.write(piece)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  return {
    address: `https://127.0.0.1:${own}`,
    bytesDown: () => down,
    cutAfter: (bytes) => {
      again = undefined;
      arm(bytes);
    },
    cutAgain: (next) => {
      again = next;
      arm(next());
    },
    cutNow: () => {
      cuts++;
      dropAll();
    },
    slowUp: (bytesPerSecond) => {
      upRate = bytesPerSecond;
    },
    cutUpAfter: (bytes) => {
      mostUp = bytes;
    },
    cuts: () => cuts,
    setDown: (value) => {
      isDown = value;
      if (value) dropAll();
    },
    close: async () => {
      dropAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
