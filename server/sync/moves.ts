import { createHash } from 'node:crypto';
import { type Move, MovesSchema, movesText } from '../../shared/protocol/moves';
import type { SignedStatement } from '../../shared/protocol/signed-statement';
import type { ServerParts } from '../http/parts';

/** Hash of a list as it is signed. */
export const movesHash = (list: readonly Move[]): string =>
  createHash('sha256').update(movesText(list), 'utf8').digest('hex');

/** Signs where certificates went as of one state; `list` was read in the transaction that saw the state. */
export function signMoves(
  { statements, nowMs }: Pick<ServerParts, 'statements' | 'nowMs'>,
  at: { readonly region: string; readonly epoch: string; readonly rseq: number },
  list: readonly Move[],
): Promise<SignedStatement> {
  const { region, epoch, rseq } = at;
  const [sha256, count, issuedMs] = [movesHash(list), list.length, nowMs()];
  return statements.sign(
    MovesSchema.parse({ type: 'moves', region, epoch, rseq, sha256, count, issuedMs }),
  );
}
