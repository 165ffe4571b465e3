import { createHash } from 'node:crypto';
import { chainBytes } from '../../shared/protocol/outbox';
import type { ReceiptStatement } from '../../shared/protocol/signed-statement';
import type { ReceivedCommand } from '../store/outbox';

/** A moment by which a command of the batch was here already, ms; null where nothing proves one. */
export type Proof = (dseq: number) => number | null;

/** What the next command of a device's chain names as the one before it. */
export const hashOf = (command: ReceivedCommand): string =>
  createHash('sha256').update(chainBytes(command)).digest('hex');

/**
 * What our own earlier receipt says of commands that come again, after we lost them: those that lead up to its head were
 * here when we signed it. One that is not in the batch proves nothing of it.
 */
export function provenBy(
  word: ReceiptStatement | undefined,
  commands: readonly ReceivedCommand[],
): Proof {
  const proven = new Set<number>();
  let expected = word?.head ?? null;
  for (const command of commands.filter(({ dseq }) => dseq <= (word?.dseq ?? 0)).reverse()) {
    if (expected === null || hashOf(command) !== expected) break;
    proven.add(command.dseq);
    expected = command.previous ?? null;
  }
  return (dseq) => (word !== undefined && proven.has(dseq) ? word.atMs : null);
}
