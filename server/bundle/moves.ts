import {
  type BundleContents,
  type BundleWishes,
  MOVES_BUNDLE_VERSION,
} from '../../shared/protocol/bundle';
import { type Move, movesText } from '../../shared/protocol/moves';
import type { ServerParts } from '../http/parts';
import { readMoves } from '../store/moves';
import type { SqlRunner } from '../store/sql-client';
import { signMoves } from '../sync/moves';
import type { VolumeWriter } from './volume-writer';

/** Whether there is a certificate that moved, and the device said that it reads bundles which say so. */
export async function bringsMoves(
  runner: SqlRunner,
  slice: number,
  wishes: Pick<BundleWishes, 'reads'> | undefined,
): Promise<boolean> {
  return (
    (wishes?.reads ?? 1) >= MOVES_BUNDLE_VERSION && (await readMoves(runner, slice)).length > 0
  );
}

/** Writes the list as the line gives it, and names it beside its statement. */
export async function writeMoves(
  parts: ServerParts,
  writer: VolumeWriter,
  at: { readonly region: string; readonly epoch: string; readonly rseq: number },
  chosen: readonly Move[] | undefined,
): Promise<Pick<BundleContents, 'moves'>> {
  if (chosen === undefined) return {};
  const statement = await signMoves(parts, at, chosen);
  const list = await writer.add(Buffer.from(movesText(chosen), 'utf8'));
  return { moves: { statement, list } };
}
