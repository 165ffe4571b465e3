import { shanghaiTime } from './shanghai-time';
import type { RecordSheet, SheetFacts } from './sheet-schema';
import { statusColor } from './status-color';

/** How the head of a sheet shows its status. */
export interface HeadLook {
  /** Ink of the bar beside the name. */
  readonly bar: string;
  /** A green by old data is hatched, on paper as on the screen: it must not be read as "in force". */
  readonly isHatched: boolean;
  /** Ink of the status's word. */
  readonly ink: string;
  readonly words: string;
  /** Said below where the data are older than the rules allow, whatever the status is; null where they are not. */
  readonly warning: string | null;
}

/** As of when the data are, in words: Beijing time, or that it was not noted. */
export const asOfWords = (asOfMs: number | null): string =>
  asOfMs === null ? '未记录' : shanghaiTime(asOfMs);

/** As of when the data of a package are, and whether they were older than the rules allow. */
export const packageAsOf = ({
  dataAsOfMs,
  isStale,
}: {
  readonly dataAsOfMs: number;
  readonly isStale?: true | undefined;
}): string =>
  `${shanghaiTime(dataAsOfMs)}${isStale === true ? '（已超过规定天数未更新，状态可能已变）' : ''}`;

const WARNING = '数据已超过规定天数未更新，状态可能已变，请同步后重新打印或向平台核实。';
const OLD_INK = '#44505c';

/** The ink of a status's word: a green by old data is none. */
export const inkOf = (status: string, isStale: boolean): string =>
  isStale && status === 'valid' ? OLD_INK : statusColor(status);

export function headLook(
  { status, statusLabel }: Pick<RecordSheet, 'status' | 'statusLabel'>,
  { dataAsOfMs, isStale = false }: Pick<SheetFacts, 'dataAsOfMs' | 'isStale'>,
): HeadLook {
  const color = statusColor(status);
  const isHatched = isStale && status === 'valid';
  return {
    bar: color,
    isHatched,
    ink: inkOf(status, isStale),
    // Of a record of several moments each line says its own.
    words: dataAsOfMs === null ? statusLabel : `${statusLabel}　截至 ${shanghaiTime(dataAsOfMs)}`,
    warning: isStale ? WARNING : null,
  };
}
