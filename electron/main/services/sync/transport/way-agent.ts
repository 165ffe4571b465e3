import { Agent, type AgentOptions } from 'node:https';
import type { Socket } from 'node:net';
import { AppError } from '../../../../../shared/errors/app-error';
import { DIRECT, type FindWays } from './proxy';
import { openTunnel } from './tunnel';

type Created = (error: Error | null, socket?: Socket) => void;
interface ConnectOptions {
  readonly host?: string;
  readonly port?: number | string;
}
/** What Node's agent has and its types leave out. */
type Connect = (options: object, created?: Created) => Socket;

/** Node's HTTPS agent (kept connections, resumed TLS sessions) whose connections go the way that is set. */
export class WayAgent extends Agent {
  private readonly straight: Connect;
  private readonly open = new Set<Socket>();
  private closedBytes = 0;

  constructor(
    options: AgentOptions,
    private readonly findWays: FindWays,
  ) {
    super(options);
    const own = Agent.prototype as unknown as { readonly createConnection: Connect };
    this.straight = own.createConnection.bind(this);
    Object.assign(this, {
      createConnection: (target: ConnectOptions, created: Created) => {
        this.connect(target).then(
          (socket) => created(null, this.counted(socket)),
          (error: Error) => created(error),
        );
      },
    });
  }

  /** Both ways, over all connections there were. */
  get carriedBytes(): number {
    let sum = this.closedBytes;
    for (const socket of this.open) sum += bytesOf(socket);
    return sum;
  }

  private counted(socket: Socket): Socket {
    this.open.add(socket);
    socket.once('close', () => {
      this.open.delete(socket);
      this.closedBytes += bytesOf(socket);
    });
    return socket;
  }

  private async connect(target: ConnectOptions): Promise<Socket> {
    const host = target.host ?? '';
    const port = Number(target.port);
    const named = host.includes(':') ? `[${host}]` : host;
    let failure: unknown = null;
    for (const way of await this.findWays(`https://${named}:${port}`)) {
      if (way.kind === 'direct') return this.straight(target);
      try {
        return this.straight({ ...target, socket: await openTunnel(way, { host, port }) });
      } catch (error) {
        failure = error;
        // A proxy that answers has decided; one that is not there is passed over.
        if (error instanceof AppError && error.code !== 'SYNC_PROXY_UNREACHABLE') throw error;
      }
    }
    throw failure ?? new AppError('SYNC_UNREACHABLE', {}, 'no way');
  }
}

const bytesOf = ({ bytesRead, bytesWritten }: Socket): number => bytesRead + bytesWritten;

/** Straight, whatever the system says. */
export const straightOnly: FindWays = async () => [DIRECT];
