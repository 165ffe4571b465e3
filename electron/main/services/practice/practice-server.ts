import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import type { EventSink, ServiceLog } from '../ports';

const ReadySchema = z.object({
  ready: z.literal(true),
  url: z.url().max(200),
  code: z.string().max(64),
});
const ProgressSchema = z.object({
  phase: z.string().max(40),
  done: z.number().nonnegative(),
  total: z.number().nonnegative(),
});
const SmsSchema = z.object({ sms: z.string().max(500) });
const MAX_LINE = 10_000;

export interface PracticeServerParts {
  /** Node that runs the central server; null where this installation has none. */
  readonly node: string | null;
  /** The server's bundle. */
  readonly program: string;
  /** The practice server's own data. */
  readonly dataDir: string;
  readonly certificates: number;
  readonly env: Readonly<Record<string, string>>;
  readonly events: EventSink;
  readonly log: ServiceLog;
}

export interface PracticeAddress {
  readonly url: string;
  /** One-time code for a device that is not enrolled yet. */
  readonly code: string;
}

/**
 * The central server of the practice office: a child process on loopback, in a source checkout only.
 * It lives as long as the desk.
 */
export class PracticeServer {
  private child: ChildProcess | null = null;
  private address: Promise<PracticeAddress> | null = null;

  constructor(private readonly parts: PracticeServerParts) {}

  get isAvailable(): boolean {
    return this.parts.node !== null;
  }

  /** Starts the server, or joins the start; resolves when it answers. */
  ensure(): Promise<PracticeAddress> {
    this.address ??= this.start().catch((error: unknown) => {
      this.address = null;
      throw error;
    });
    return this.address;
  }

  stop(): void {
    const { child } = this;
    this.child = null;
    this.address = null;
    child?.kill();
  }

  private start(): Promise<PracticeAddress> {
    const { node, program, dataDir, certificates, env } = this.parts;
    if (node === null) return Promise.reject(new AppError('ENROL_UNREACHABLE', { address: '' }));
    const flags = ['--dir', dataDir, '--certificates', String(certificates), '--json'];
    const child = spawn(node, [program, 'practice', ...flags], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    child.stderr.on('data', (text: Buffer) => {
      this.parts.log.info('practice server', { text: text.toString('utf8').slice(0, 500) });
    });
    return new Promise((resolve, reject) => {
      const failed = (detail: string) =>
        reject(new AppError('ENROL_UNREACHABLE', { address: '127.0.0.1' }, detail));
      child.once('error', (error) => failed(error.message));
      child.once('exit', (code) => {
        if (this.child === child) this.stop();
        failed(`practice server ended with ${code}`);
      });
      createInterface({ input: child.stdout }).on('line', (line) => {
        const address = this.read(line);
        if (address !== null) resolve(address);
      });
    });
  }

  private read(line: string): PracticeAddress | null {
    let value: unknown;
    try {
      value = JSON.parse(line.slice(0, MAX_LINE));
    } catch {
      return null;
    }
    const ready = ReadySchema.safeParse(value);
    if (ready.success) {
      this.parts.events.emit('practice.progressed', { phase: 'ready', done: 1, total: 1 });
      return { url: ready.data.url, code: ready.data.code };
    }
    const sms = SmsSchema.safeParse(value);
    if (sms.success) {
      this.parts.events.emit('practice.sms', { text: sms.data.sms });
      return null;
    }
    const progress = ProgressSchema.safeParse(value);
    if (progress.success) {
      const { phase, done, total } = progress.data;
      const shown = phase === 'server' ? 'server' : 'data';
      this.parts.events.emit('practice.progressed', { phase: shown, done, total });
    }
    return null;
  }
}
