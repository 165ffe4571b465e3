import { useRef } from 'react';
import type { Filter } from '../../../shared/ipc/common';
import type { Board, Staff, Trend } from '../../../shared/ipc/routes/boards';
import type { Failure } from '../../lib/desk';
import { useDesk } from '../../lib/desk-store';
import { today } from '../../lib/format';
import { useCalmMoment } from '../../lib/use-calm-moment';
import { useDrawn } from '../../lib/use-drawn';
import { useIsLate, useSettled } from '../../lib/use-late';
import { type Query, useQuery } from '../../lib/use-query';
import { useBoards } from './boards-store';

/** So long the former board stays, whole and under its own filter, while another one is asked for. Then its frame alone. */
const BLANK_MS = 150;
/** While a synchronisation runs: how often its rows are counted into the board, and into what reads every event. */
const QUICK_MS = 2_000;
const SLOW_MS = 60_000;
/**
 * Beside one, and until they were there once, figures that read every event are asked for once nobody has pressed anything for
 * so long: the store would make each press's after the other.
 */
const REST_MS = 1_000;

/** One board: every figure of it under the same filter, on the same day. */
export interface ShownBoard {
  readonly board: Board;
  readonly filter: Filter;
  /** Undefined: not there yet. Null: not to be told under this filter. */
  readonly staff: Staff | null | undefined;
  /** The year and the exams; null: not there yet. */
  readonly year: Trend | null;
}

export interface BoardView {
  /** Null before the first answer. */
  readonly shown: ShownBoard | null;
  /** What is shown is the frame of a former board, emptied: another one takes its time. */
  readonly isBlank: boolean;
  readonly failure: Failure | null;
  readonly reload: () => void;
  /** The question for the year, whose progress is told. */
  readonly history: Query<Trend>;
  /** Changes when what the board says of itself is to be asked again. */
  readonly moment: string;
  /** The same for what reads every event. */
  readonly slowMoment: string;
  /** What reads every event is older than the board: rows came in since, of a synchronisation that runs. */
  readonly isBehind: boolean;
  /** False: that is not asked under this filter yet. While another board is awaited it stays what it was: nothing is asked into a press. */
  readonly isSettled: boolean;
}

/**
 * Asks for the board that was chosen. What is shown changes at once and as a whole: until the next one is there the former
 * stays under its own filter, for a moment, and figures of two filters never stand beside each other.
 */
export function useBoard(): BoardView {
  const { filter, day: pastDay } = useBoards();
  const day = pastDay ?? today();
  const isRunning = useDesk((store) => store.progress !== null);
  const moment = useCalmMoment(QUICK_MS, filter);
  const slowMoment = useCalmMoment(SLOW_MS);
  const hasYear = useRef(false);
  const slowFilter = useSettled(filter, isRunning || !hasYear.current ? REST_MS : 0);
  const query = useQuery('boards.query', { filter, day }, moment, true);
  const former = query.state === 'loading' ? query.former : null;
  const isAwaited = former !== null;
  const isLate = useIsLate(isAwaited, BLANK_MS);
  // What takes the store longer waits until the figures are on the screen: both at once have two processors each wait for the other.
  const isDrawn = useDrawn(query.data === null ? null : JSON.stringify({ filter, day })) !== null;
  const staffing = useQuery('boards.staff', isDrawn ? { filter, day } : null, moment);
  const history = useQuery(
    'boards.trend',
    isDrawn && slowFilter !== null ? { filter: slowFilter } : null,
    slowMoment,
  );
  hasYear.current ||= history.data !== null;
  const last = useRef<ShownBoard | null>(null);
  const isSettled = useRef(true);
  if (!isAwaited) {
    isSettled.current = slowFilter !== null;
    const { data: board } = query;
    const staff = staffing.data?.staff;
    const { data: year } = history;
    const was = last.current;
    const isSame =
      was?.board === board && was.filter === filter && was.staff === staff && was.year === year;
    if (!isSame) last.current = board === null ? null : { board, filter, staff, year };
  }
  return {
    shown: last.current,
    // Lists are opened on the chosen day: no figure of another one is pressed meanwhile.
    isBlank: isLate || (former !== null && former.input.day !== day),
    failure: query.failure,
    reload: query.reload,
    ...{ history, moment, slowMoment },
    isBehind: isRunning && moment !== slowMoment,
    isSettled: isSettled.current,
  };
}
