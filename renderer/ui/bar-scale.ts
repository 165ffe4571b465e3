import { createContext, useContext } from 'react';

/** So many steps lead from the ground of a chart to its top. */
export const STEPS = 4;
/** What a step may be of a power of ten, so that its words are short. */
const ROUND = [1, 1.2, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 8, 10];

/** One place of a chart, and what stands there on one another, bottom first. */
export interface BarDatum {
  readonly key: string;
  readonly label: string;
  /** Full name of the bar for the tooltip. */
  readonly name: string;
  readonly values: readonly number[];
  readonly colour: string;
}

/** A whole, round number, four of which reach over `most`. */
export function stepOver(most: number): number {
  const least = Math.max(1, most / STEPS);
  const unit = 10 ** Math.floor(Math.log10(least));
  const wholes = ROUND.map((one) => Math.round(one * unit * 10) / 10).filter(Number.isInteger);
  return wholes.find((one) => one >= least) ?? 10 * unit;
}

/** What stands in the frame of a chart at the moment. */
export interface BarValues {
  readonly data: readonly BarDatum[];
  /** From one line to the next. */
  readonly step: number;
  readonly series: readonly string[];
  readonly upperColours: readonly string[];
  readonly formatValue: (value: number) => string;
  readonly onOpen: (key: string, series: number) => void;
}

const Values = createContext<BarValues | null>(null);
export const BarValuesProvider = Values.Provider;

/** The values of the chart around. */
export function useBarValues(): BarValues {
  const values = useContext(Values);
  if (values === null) throw new Error('outside of a chart');
  return values;
}
