import {
  LAPSE_WIDTH,
  type LapseExamples,
  lookDay,
  MAX_LOOKS,
  outcomeDay,
} from '../../../shared/domain/forecast/features';
import type { Cube } from './cube';
import type { History } from './history';
import { type LapseLook, lookSteps, outcomesOf } from './lapse-look';
import { LapseRates } from './lapse-rates';
import type { Making } from './making';
import { DatedRoom } from './state-on';
import { type Steps, withPauses } from './steps';

/** Examples that are kept; of more, every n-th of each look. */
const MAX_EXAMPLES = 120_000;
/** Looks altogether: those of the past, then that of today. */
export const LAPSE_LOOKS = MAX_LOOKS + 1;

/** What the model learns from, and what it is to be asked about today. */
export interface LapseHistory {
  readonly examples: LapseExamples;
  readonly now: LapseLook;
}

/**
 * Looks back from the oldest on: each sees the rates of those whose outcomes were all known on its day. In steps of some
 * milliseconds; throws CANCELLED where it is called off.
 */
export async function lapseHistory(
  cube: Cube,
  history: History,
  today: number,
  making: Making,
): Promise<LapseHistory> {
  const looks: LapseLook[] = [];
  const rates = new LapseRates(cube);
  const room = new DatedRoom();
  let counted = 0;
  const lookOn = async (day: number): Promise<LapseLook> => {
    for (; counted < looks.length; counted++) {
      const look = looks[counted];
      if (look === undefined || outcomeDay(look.day) >= day) break;
      rates.add(look);
      await making.giveWay();
    }
    const look = await withPauses(lookSteps(cube, history, rates, day, room), making.giveWay);
    making.advance();
    return look;
  };
  for (let back = MAX_LOOKS - 1; back >= 0; back--) looks.push(await lookOn(lookDay(today, back)));
  const now = await lookOn(today);
  const examples = await withPauses(thinned(cube, looks.reverse(), today), making.giveWay);
  return { examples, now };
}

function* thinned(cube: Cube, looks: readonly LapseLook[], today: number): Steps<LapseExamples> {
  const all = looks.reduce((sum, { rows }) => sum + rows.length, 0);
  const every = Math.max(1, Math.ceil(all / MAX_EXAMPLES));
  const count = looks.reduce((sum, { rows }) => sum + Math.ceil(rows.length / every), 0);
  const examples = {
    today,
    values: new Float32Array(count * LAPSE_WIDTH),
    outcomes: new Uint8Array(count),
    looks: new Uint8Array(count),
    kinds: new Uint8Array(count),
  };
  let at = 0;
  for (const [back, look] of looks.entries()) {
    const outcomes = outcomesOf(look);
    for (let i = 0; i < look.rows.length; i += every, at++) {
      const from = i * LAPSE_WIDTH;
      examples.values.set(look.values.subarray(from, from + LAPSE_WIDTH), at * LAPSE_WIDTH);
      examples.outcomes[at] = outcomes[i] ?? 0;
      examples.looks[at] = back;
      examples.kinds[at] = cube.kind[look.rows[i] ?? 0] ?? 0;
    }
    yield;
  }
  return examples;
}
