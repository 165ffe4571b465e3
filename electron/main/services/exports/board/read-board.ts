import { AppError } from '../../../../../shared/errors/app-error';
import { rivalQuestion } from '../../../../../shared/ipc/board-rival';
import type { Filter } from '../../../../../shared/ipc/common';
import type { BoardState } from '../../../../../shared/protocol/board-state';
import type { BoardSheet } from '../../../../jobs/package/board/sheet';
import type { SliceState } from '../../../../store/protocol';
import { askStore } from '../../../clients/ask-store';
import type { StoreCaller } from '../../../clients/store-client';
import type { Resources } from '../../tables/resources';
import { boardTables } from './board-tables';
import { BOARD_TITLE, rivalWords, wishWords } from './board-words';

export interface ReadBoard {
  readonly sheet: BoardSheet;
  readonly facts: {
    readonly isPast: boolean;
    readonly certificates: number;
    readonly unknown: number;
  };
  /** Root of the slice that every figure was computed from. */
  readonly root: string;
}

interface Parts {
  readonly store: StoreCaller;
  readonly resources: Resources;
}

/**
 * A board as the store computes it now, within the session's role and scope. Throws SLICE_EMPTY, EXPORT_STOPPED where
 * the slice changed while it was read, and codes of the store.
 */
export async function readBoardSheet(
  { store, resources }: Parts,
  filter: Filter,
  state: BoardState,
): Promise<ReadBoard> {
  // Pages that are being taken over are in the file before the figures know of them.
  const before = await store.call('settledState', {});
  const { checkpoint, cursor } = before.state;
  if (checkpoint === null) throw new AppError('SLICE_EMPTY');
  const ask = { filter, day: state.day };
  const board = await askStore(store, 'boards.query', ask);
  if (!board.isWhole) throw new AppError('BOARDS_INCOMPLETE');
  const trend = board.isPast ? null : await askStore(store, 'boards.trend', { filter });
  const { staff } = await askStore(store, 'boards.staff', ask);
  const other = rivalQuestion(filter, state);
  const against = other === null ? null : await askStore(store, 'boards.query', other);
  const after = await store.call('settledState', {});
  // A load that took the slice's place meanwhile is no change of it.
  const isSame =
    after.changes === before.changes &&
    cursor?.rseq === checkpoint.rseq &&
    placeOf(after.state) === placeOf(before.state);
  if (!isSame) throw new AppError('EXPORT_STOPPED', {}, 'the slice changed meanwhile');
  const rival = against === null ? null : { board: against, name: rivalWords(state, resources) };
  return {
    sheet: {
      title: BOARD_TITLE,
      subtitle: wishWords({ filter, board: state }, resources).description,
      tables: boardTables({ board, trend, staff, rival }, resources),
    },
    facts: { isPast: board.isPast, certificates: board.total, unknown: board.unknown },
    root: checkpoint.root,
  };
}

function placeOf({ cursor, checkpoint, isWhole, loadedBy, lastVerify }: SliceState): string {
  return JSON.stringify([cursor?.rseq, checkpoint?.root, isWhole, loadedBy, lastVerify?.isEqual]);
}
