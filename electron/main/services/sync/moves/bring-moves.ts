import { AppError } from '../../../../../shared/errors/app-error';
import { movesText } from '../../../../../shared/protocol/moves';
import { sha256Hex } from '../../../../crypto/one-shot-hash';
import type { SyncRunParts } from '../run/run-parts';
import { keepMoves } from './moves-proof';

/**
 * At the end of a run: has the server sign where certificates went, and takes its list where the slice says otherwise,
 * or never knew because it was loaded since. Nothing of it is waited for by the data, which are in: a server of before,
 * a stick that does not bring it and a line that breaks leave it unproven.
 */
export async function bringMoves(parts: SyncRunParts): Promise<void> {
  const { store, remote, signal } = parts;
  if (await parts.areMovesEqual?.()) return;
  try {
    const { sha256: have } = await store.call('movesRead', {});
    const { moves, envelope, list } = await remote.moves(have, signal);
    const { cursor } = await store.call('state', {});
    // The region went on since the last page: the next run compares.
    if (moves.epoch !== cursor?.epoch || moves.rseq !== cursor.rseq) return;
    if (moves.sha256 !== have) {
      const isWhole =
        list !== null &&
        list.length === moves.count &&
        sha256Hex(Buffer.from(movesText(list), 'utf8')) === moves.sha256;
      if (!isWhole) throw new AppError('SYNC_PROTOCOL', {}, 'list of moves');
      await store.call('movesPut', { list });
    }
    await keepMoves(store, envelope);
  } catch (error) {
    if (signal.aborted || !(error instanceof AppError)) throw error;
  }
}
