import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Bytes that crossed the wire since the meter began, both ways, TLS and all. */
export interface WireBytes {
  readonly down: number;
  readonly up: number;
}

/** Passes a TCP connection on and counts. */
export class WireMeter {
  private down = 0;
  private up = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((client) => this.pass(client));

  constructor(private readonly target: { readonly host: string; readonly port: number }) {}

  /** Answers the port to connect to instead. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  read(): WireBytes {
    return { down: this.down, up: this.up };
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private pass(client: Socket): void {
    const server = connect(this.target);
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    }
    client.on('data', (bytes) => {
      this.up += bytes.length;
    });
    server.on('data', (bytes) => {
      this.down += bytes.length;
    });
    client.pipe(server).pipe(client);
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
  }
}
