import { z } from 'zod';

/** Tables that a board can have, in the order of its files. */
export const BOARD_TABLES = [
  'figures',
  'statuses',
  'trend',
  'calendar',
  'kinds',
  'heat',
  'heat-due',
  'regions',
  'companies',
  'bodies',
  'rival',
] as const;
export type BoardTableId = (typeof BOARD_TABLES)[number];

const text = (max: number) => z.string().max(max);
/** Null: there is nothing to divide by. */
const value = z.number().finite().nullable();

/** Rows of one table at most: a board with every county of a province stays far below. */
const MAX_ROWS = 400;
const MAX_COLUMNS = 32;

export const boardTableSchema = z
  .strictObject({
    id: z.enum(BOARD_TABLES),
    title: text(60).min(1),
    /** What the rows are. */
    rowHeading: text(32).min(1),
    /** `share`: a part of one, shown in per cent. */
    columns: z
      .array(z.strictObject({ heading: text(64).min(1), format: z.enum(['count', 'share']) }))
      .min(1)
      .max(MAX_COLUMNS),
    rows: z
      .array(
        z.strictObject({
          /** Code of a region, industry, status or kind; empty where the row has none. */
          key: text(32),
          label: text(256),
          values: z.array(value).max(MAX_COLUMNS),
        }),
      )
      .max(MAX_ROWS),
    /** What has to be known to read it. */
    note: text(300),
  })
  .refine(({ columns, rows }) => rows.every(({ values }) => values.length === columns.length));
export type BoardTable = z.infer<typeof boardTableSchema>;

/** A board as the store computed it, worded by main: all that its files say. */
export const boardSheetSchema = z.strictObject({
  title: text(60).min(1),
  /** Day, filter and rival in words. */
  subtitle: text(1_200),
  tables: z
    .array(boardTableSchema)
    .min(1)
    .max(BOARD_TABLES.length)
    .refine((tables) => new Set(tables.map(({ id }) => id)).size === tables.length),
});
export type BoardSheet = z.infer<typeof boardSheetSchema>;

/** Numbers of a table, those included that nothing can be divided for. */
export const figuresOf = ({ columns, rows }: BoardTable): number => columns.length * rows.length;

/** Numbers of a board: lines of its data.csv, and what its export counts as. */
export const figuresIn = ({ tables }: Pick<BoardSheet, 'tables'>): number =>
  tables.reduce((sum, table) => sum + figuresOf(table), 0);

/** A number as documents show it. */
export function shownValue(number: number | null, format: 'count' | 'share'): string {
  if (number === null) return '—';
  if (format === 'share') return `${(number * 100).toFixed(1)}%`;
  const digits = String(Math.abs(number));
  const first = digits.length % 3 || 3;
  const groups = [digits.slice(0, first)];
  for (let at = first; at < digits.length; at += 3) groups.push(digits.slice(at, at + 3));
  return `${number < 0 ? '-' : ''}${groups.join(',')}`;
}
