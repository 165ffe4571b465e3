import type { BatchRow } from './read-row';

/** What is wrong with a row as it is written, before anybody is looked up. */
export const TRIAL_FAULTS = [
  'spreadsheet-number',
  'checksum',
  'birth-date',
  'length',
  'characters',
  'empty',
  'no-number',
  'date-unreadable',
] as const;
export type TrialFault = (typeof TRIAL_FAULTS)[number];

/** What a list would be read as under a choice of columns. */
export interface ListTrial {
  /** Rows that have something to be looked up by. */
  readonly ready: number;
  /** Faults with how many rows have them and the first one's line, in the order of TRIAL_FAULTS. */
  readonly faults: readonly {
    readonly fault: TrialFault;
    readonly count: number;
    readonly line: number;
  }[];
}

/**
 * The dry run of a list: every row is read, nobody is looked up and nothing is kept. A row with a fault may still be
 * ready, by its other number.
 */
export function tryList(
  rows: Iterable<{ readonly line: number; readonly about: BatchRow }>,
): ListTrial {
  let ready = 0;
  const found = new Map<TrialFault, { count: number; readonly line: number }>();
  const note = (fault: TrialFault, line: number): void => {
    const known = found.get(fault);
    if (known === undefined) found.set(fault, { count: 1, line });
    else known.count++;
  };
  for (const { line, about } of rows) {
    const isReady = about.idNumber !== null || about.number !== null;
    if (isReady) ready++;
    if (about.fault !== null) note(about.fault, line);
    else if (!isReady) note('no-number', line);
    if (isReady && about.end === 'unreadable') note('date-unreadable', line);
  }
  const faults = TRIAL_FAULTS.flatMap((fault) => {
    const of = found.get(fault);
    return of === undefined ? [] : [{ fault, ...of }];
  });
  return { ready, faults };
}
