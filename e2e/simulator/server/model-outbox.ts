import { createHash, createPublicKey, verify } from 'node:crypto';
import type { z } from 'zod';
import {
  chainBytes,
  type OutboxAnswerSchema,
  type OutboxCommand,
  signedBytes,
} from '../../../shared/protocol/outbox';

type Verdicts = z.infer<typeof OutboxAnswerSchema>['verdicts'];

interface Kept {
  readonly command: OutboxCommand;
  readonly hash: string;
}

const hashOf = (command: OutboxCommand): string =>
  createHash('sha256').update(chainBytes(command)).digest('hex');

/** What devices told the server: one chain per device, each command once, and its verdict for good. */
export class ModelOutbox {
  private readonly kept = new Map<string, Kept[]>();

  of(device: string): readonly Kept[] {
    return this.kept.get(device) ?? [];
  }

  /** A database brought back from a copy has less than the devices know of. */
  lose(device: string, commands: number): void {
    const own = this.kept.get(device) ?? [];
    own.splice(Math.max(0, own.length - commands));
  }

  take(device: string, spki: Buffer, commands: readonly OutboxCommand[]) {
    const own = this.kept.get(device) ?? [];
    this.kept.set(device, own);
    const verdicts = commands.map((command): Verdicts[number] => {
      const { dseq } = command;
      const hash = hashOf(command);
      const known = own[dseq - 1];
      if (known !== undefined)
        return known.hash === hash
          ? { dseq, verdict: 'applied' }
          : { dseq, verdict: 'rejected', reason: 'fork' };
      if (dseq !== own.length + 1)
        return { dseq, verdict: 'gap', reason: `expected ${own.length + 1}` };
      if (command.device !== device) return { dseq, verdict: 'rejected', reason: 'device' };
      if (command.previous !== (own.at(-1)?.hash ?? null))
        return { dseq, verdict: 'rejected', reason: 'chain' };
      const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
      const signature = Buffer.from(command.sig, 'base64url');
      if (!verify('sha256', signedBytes(command), { key, dsaEncoding: 'ieee-p1363' }, signature))
        return { dseq, verdict: 'rejected', reason: 'signature' };
      own.push({ command, hash });
      return { dseq, verdict: 'applied' };
    });
    return { verdicts, dseq: own.length, head: own.at(-1)?.hash ?? null };
  }
}
