import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulatedReader } from '../../../electron/device/test/ccid/simulated-reader';
import { usbDescriptors } from '../usb/descriptors';

/** A USB bus of one port, seen only by the program that was started on it. */
export interface MockBus {
  readonly program: ChildProcess;
  plug(reader: SimulatedReader): Promise<void>;
  pull(): Promise<void>;
  /** Another program claims the interface, or lets go. */
  hold(isHeld: boolean): Promise<void>;
  /** What to do at every message to the reader, before it is answered. */
  onMessage(listener: ((message: Uint8Array) => void) | undefined): void;
  /** Ends the program and the bus. */
  close(): Promise<void>;
}

const HEAD_BYTES = 5;

/** Compiles the rig and starts a program with an IPC channel on a bus of its own. */
export async function startOnMockBus(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<MockBus> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldcert-usb-'));
  const rig = compileRig(folder);
  const socketPath = join(folder, 'bus');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const connected = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const program = spawn('umockdev-wrapper', [rig, socketPath, command, ...args], {
    env,
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = new Promise<void>((resolve) => program.once('exit', () => resolve()));
  const socket = await Promise.race([
    connected,
    exited.then((): never => {
      throw new Error('the umockdev rig did not start: is Debian’s libumockdev-dev there?');
    }),
  ]);
  return {
    ...play(socket),
    program,
    close: () => end(program, exited, server.close.bind(server), folder),
  };
}

async function end(
  program: ChildProcess,
  exited: Promise<void>,
  closeServer: () => unknown,
  folder: string,
): Promise<void> {
  if (program.connected) program.disconnect();
  program.kill('SIGKILL');
  await exited;
  closeServer();
  rmSync(folder, { recursive: true, force: true });
}

function play(socket: Socket): Omit<MockBus, 'program' | 'close'> {
  let reader: SimulatedReader | undefined;
  let listener: ((message: Uint8Array) => void) | undefined;
  const acknowledgements: (() => void)[] = [];
  let rest = Buffer.alloc(0);
  socket.on('error', () => undefined);

  function send(kind: string, payload: Uint8Array): Promise<void> {
    const head = Buffer.alloc(HEAD_BYTES);
    head.write(kind, 'latin1');
    head.writeUInt32LE(payload.length, 1);
    socket.write(Buffer.concat([head, payload]));
    return new Promise((resolve) => acknowledgements.push(resolve));
  }

  async function answer(message: Buffer): Promise<void> {
    listener?.(message);
    const current = reader;
    if (current === undefined) return;
    for await (const part of current.answers(message)) {
      if (reader !== current) return;
      await send('B', part);
      // A message that fills its last packet is ended by an empty one.
      if (part.length % 64 === 0) await send('B', Buffer.alloc(0));
    }
  }

  socket.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= HEAD_BYTES) {
      const length = rest.readUInt32LE(1);
      if (rest.length < HEAD_BYTES + length) return;
      const kind = rest.toString('latin1', 0, 1);
      const payload = Buffer.from(rest.subarray(HEAD_BYTES, HEAD_BYTES + length));
      rest = rest.subarray(HEAD_BYTES + length);
      if (kind === 'A') acknowledgements.shift()?.();
      else if (kind === 'C') reader?.abort();
      else void answer(payload);
    }
  });

  return {
    plug: (next) => {
      reader = next;
      const { device, configuration } = usbDescriptors(next.classDescriptor);
      return send('P', Buffer.concat([device, configuration]));
    },
    pull: () => {
      reader?.abort();
      reader = undefined;
      return send('U', Buffer.alloc(0));
    },
    hold: (isHeld) => send('H', Buffer.from([isHeld ? 1 : 0])),
    onMessage: (next) => {
      listener = next;
    },
  };
}

function compileRig(folder: string): string {
  const rig = join(folder, 'rig');
  const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'umockdev-1.0'], {
    encoding: 'utf8',
  });
  const source = join(process.env.FIELDCERT_APP ?? process.cwd(), 'e2e/rigs/umockdev/rig.c');
  execFileSync('gcc', ['-O1', '-o', rig, source, ...flags.trim().split(/\s+/u), '-lpthread']);
  return rig;
}
