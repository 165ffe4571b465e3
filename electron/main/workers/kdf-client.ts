import { AppError } from '../../../shared/errors/app-error';
import { HandoverEnd, sealTo } from '../../crypto/handover';
import type { Argon2, Argon2Parameters } from '../../crypto/kdf';
import type { ProcessLink, StartProcess } from '../clients/process-link';
import type { KdfMessage, KdfRequest } from './kdf-protocol';

interface Started {
  readonly link: ProcessLink;
  /** Its point, once it listens; null when it ended before. */
  readonly point: Promise<Uint8Array | null>;
}

/**
 * Derives keys from passwords, each in a process of its own that is ended with the answer. One that waits
 * can be started beforehand, so that nobody waits for it.
 */
export class KdfClient {
  private waiting: Started | null = null;

  constructor(private readonly startProcess: StartProcess) {}

  /** Has a process ready for the next derivation. */
  prepare(): void {
    this.waiting ??= this.start();
  }

  /** Ends the process that waits, if any. */
  stop(): void {
    this.waiting?.link.kill();
    this.waiting = null;
  }

  readonly derive: Argon2 = async (password, salt, parameters) => {
    const own = new HandoverEnd();
    const answer = await this.once((point) => ({
      kind: 'derive',
      sealed: sealTo(point, { password, salt }),
      replyTo: own.point,
      parameters,
    }));
    if (answer.kind !== 'derived') throw broken(answer);
    const { key } = own.open(answer.sealed);
    if (key === undefined) throw broken(answer);
    return key;
  };

  /** What a derivation may cost on this machine. */
  async measure(): Promise<Argon2Parameters> {
    const answer = await this.once(() => ({ kind: 'measure' }));
    if (answer.kind !== 'measured') throw broken(answer);
    return answer.parameters;
  }

  private start(): Started {
    const link = this.startProcess();
    const point = new Promise<Uint8Array | null>((resolve) => {
      link.onMessage((message) => {
        const told = message as KdfMessage;
        if (told.kind === 'ready') resolve(told.point);
      });
      link.onExit(() => {
        if (this.waiting?.link === link) this.waiting = null;
        resolve(null);
      });
    });
    return { link, point };
  }

  private async once(request: (point: Uint8Array) => KdfRequest): Promise<KdfMessage> {
    const { link, point } = this.waiting ?? this.start();
    this.waiting = null;
    const answer = new Promise<KdfMessage>((resolve) => {
      link.onMessage((message) => {
        const told = message as KdfMessage;
        if (told.kind !== 'ready') resolve(told);
      });
      link.onExit(() => resolve({ kind: 'failed', detail: 'ended' }));
    });
    try {
      const ready = await point;
      if (ready === null) return { kind: 'failed', detail: 'ended' };
      link.post(request(ready));
      return await answer;
    } finally {
      link.kill();
    }
  }
}

function broken(answer: KdfMessage): AppError {
  const detail = answer.kind === 'failed' ? answer.detail : answer.kind;
  return new AppError('INTERNAL', {}, `key derivation: ${detail}`);
}
