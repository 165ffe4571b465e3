// Runs inside the guest: starts programs at the host's word and passes their messages on.

import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, read, writeSync } from 'node:fs';
import { type FromGuest, frame, type ToGuest, unframe } from './frames';

const [portPath = ''] = process.argv.slice(2);
const port = openSync(portPath, 'r+');
const programs = new Map<string, ChildProcess>();

function tell(value: FromGuest): void {
  const bytes = frame(value);
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(port, bytes, offset);
}

function start({ name, command, args, hasChannel }: Extract<ToGuest, { kind: 'start' }>): void {
  const program = spawn(command, args, {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', ...(hasChannel ? (['ipc'] as const) : [])],
  });
  programs.set(name, program);
  const pass = (chunk: Buffer) => tell({ kind: 'output', name, text: chunk.toString('utf8') });
  program.stdout?.on('data', pass);
  program.stderr?.on('data', pass);
  program.on('message', (message) => tell({ kind: 'message', name, message }));
  program.on('error', (error) => tell({ kind: 'output', name, text: error.message }));
  program.on('close', (code) => tell({ kind: 'exit', name, code }));
}

function obey(order: ToGuest): void {
  if (order.kind === 'start') start(order);
  else if (order.kind === 'kill') programs.get(order.name)?.kill('SIGTERM');
  else programs.get(order.name)?.send(order.message as object);
}

const receive = unframe<ToGuest>(obey);
const buffer = Buffer.alloc(65_536);

function listen(): void {
  read(port, buffer, 0, buffer.length, null, (error, length) => {
    if (error !== null) throw error;
    receive(Buffer.from(buffer.subarray(0, length)));
    setImmediate(listen);
  });
}

tell({ kind: 'ready' });
listen();
