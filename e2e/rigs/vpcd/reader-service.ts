import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Card } from '../card/card';

const LIBRARY = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
const DAEMON = '/usr/sbin/pcscd';
/** The number of prctl(2): pcscd shall die with the test that started it, however that ends. */
const PRCTL = process.arch === 'arm64' ? 167 : 157;
const PR_SET_PDEATHSIG = 1;
/** Listens where we say and hands the socket over as a service manager does: pcscd knows no other way to a private one. */
const HAND_OVER = `
  use Socket; use POSIX; $^F = 16;
  syscall(${PRCTL}, ${PR_SET_PDEATHSIG}, 9);
  socket(my $listening, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
  bind($listening, pack_sockaddr_un($ARGV[0])) or die "bind: $!";
  listen($listening, 16) or die "listen: $!";
  POSIX::dup2(fileno($listening), 3) or die "dup2: $!";
  $ENV{LISTEN_FDS} = 1; $ENV{LISTEN_PID} = $$;
  exec '${DAEMON}', '--foreground', '--config', $ARGV[1];
`;

/** A real pcscd of our own, with a virtual reader (vsmartcard) into which software cards are put. */
export interface ReaderService {
  /** What libpcsclite needs in the environment to find this pcscd. */
  readonly env: Readonly<Record<string, string>>;
  /** Puts a card into the reader; resolves when the reader has powered it. */
  insert(card: Card): Promise<void>;
  /** Pulls the card, whatever is under way. */
  pull(): void;
  /** Waits this long before each answer of the card. */
  delay(beforeAnswer: ((apdu: Uint8Array) => Promise<void>) | undefined): void;
  /** Ends pcscd as a crash does, or starts it again at the same place. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it in a folder of its own. Throws where the machine cannot: these tests are never skipped in silence. */
export async function startReaderService(): Promise<ReaderService> {
  for (const part of [LIBRARY, DAEMON])
    if (!existsSync(part)) throw new Error(`${part} is not installed (build/runtime/system.mjs)`);
  const folder = mkdtempSync(join(tmpdir(), 'fieldcert-pcsc-'));
  const port = await freePort();
  const socketPath = join(folder, 'pcscd.comm');
  const configuration = join(folder, 'readers');
  mkdirSync(configuration);
  writeFileSync(
    join(configuration, 'vpcd'),
    `FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x${port.toString(16)}\nLIBPATH ${LIBRARY}\nCHANNELID 0x${port.toString(16)}\n`,
  );
  let daemon: ChildProcess | undefined;
  let plug: Plug | undefined;
  let beforeAnswer: ((apdu: Uint8Array) => Promise<void>) | undefined;

  async function start(): Promise<void> {
    rmSync(socketPath, { force: true });
    const output: string[] = [];
    const child = spawn('perl', ['-e', HAND_OVER, socketPath, configuration], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    daemon = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => output.push(chunk.toString('utf8')));
    for (let tries = 0; !(await isListening(port)); tries += 1) {
      if (tries === 300 || child.exitCode !== null)
        throw new Error(`pcscd does not start: ${output.join('')}`);
      await wait(100);
    }
  }

  async function kill(): Promise<void> {
    plug?.pull();
    plug = undefined;
    const child = daemon;
    daemon = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    env: { PCSCLITE_CSOCK_NAME: socketPath },
    insert: async (card) => {
      for (let tries = 0; tries < 20; tries += 1) {
        plug?.pull();
        const next = new Plug(card, port, async (apdu) => beforeAnswer?.(apdu));
        plug = next;
        // A card that comes back before pcscd saw it leave is not powered: put it in again, as a person would.
        if (await Promise.race([next.powered, wait(4_000, false)])) return;
      }
      throw new Error('pcscd does not power the card');
    },
    pull: () => {
      plug?.pull();
      plug = undefined;
    },
    delay: (next) => {
      beforeAnswer = next;
    },
    kill,
    start,
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const CONTROL = { off: 0, on: 1, reset: 2, atr: 4 } as const;

/** A card's contacts: the protocol of vpcd, each message a big-endian length of 16 bits and its bytes. */
class Plug {
  readonly powered: Promise<true>;
  private readonly socket: Socket;
  private received: Buffer = Buffer.alloc(0);
  private line: Promise<void> = Promise.resolve();
  private onPowered: (isOn: true) => void = () => undefined;

  constructor(
    private readonly card: Card,
    port: number,
    private readonly beforeAnswer: (apdu: Uint8Array) => Promise<void>,
  ) {
    this.powered = new Promise((resolve) => {
      this.onPowered = resolve;
    });
    this.socket = createConnection({ host: '127.0.0.1', port });
    this.socket.on('data', (chunk) => this.receive(Buffer.from(chunk)));
    // A reader that is gone takes its connection along.
    this.socket.on('error', () => undefined);
  }

  pull(): void {
    this.socket.destroy();
    this.card.reset();
  }

  private receive(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    while (this.received.length >= 2) {
      const end = 2 + this.received.readUInt16BE(0);
      if (this.received.length < end) return;
      const message = this.received.subarray(2, end);
      this.received = this.received.subarray(end);
      this.line = this.line.then(() => this.handle(message));
    }
  }

  private async handle(message: Buffer): Promise<void> {
    const [control = 0] = message;
    if (message.length === 1) {
      if (control === CONTROL.atr) this.send(this.card.atr);
      else this.card.reset();
      if (control === CONTROL.on) this.onPowered(true);
      return;
    }
    await this.beforeAnswer(message);
    this.send(this.card.transmit(message));
  }

  private send(bytes: Uint8Array): void {
    const head = Buffer.alloc(2);
    head.writeUInt16BE(bytes.length);
    this.socket.write(Buffer.concat([head, bytes]));
  }
}

/** vpcd listens at a port and at the next one. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if ((await canListen(port)) && (await canListen(port + 1))) return port;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Without connecting, which would be a card for a moment: the kernel's table says who listens. */
async function isListening(port: number): Promise<boolean> {
  return !(await canListen(port));
}
