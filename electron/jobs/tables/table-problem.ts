/** Why a list cannot be read; nothing of it was taken. */
export const TABLE_PROBLEMS = [
  /** No longer there, or its drive is gone. */
  'unreadable',
  /** Another program has it for itself. */
  'locked',
  /** The system does not let this user read it. */
  'denied',
  /** Its drive gives no answer. */
  'silent',
  /** Written to, or cut, while it was read. */
  'changed',
  /** Neither a workbook (.xlsx) nor text with separators. */
  'not-a-table',
  /** The workbook has a password, or is of the format before 2007. */
  'encrypted',
  'macros',
  'too-large',
  'too-many-rows',
  /** Compressed far beyond what a list can be. */
  'bomb',
  'damaged',
  /** Quotation marks that do not match: where a cell ends is not known. */
  'quotes',
  'empty',
] as const;
export type TableProblemKind = (typeof TABLE_PROBLEMS)[number];

/** A list that cannot be read. The message is for the log and holds nothing of the content. */
export class TableProblem extends Error {
  override readonly name = 'TableProblem';
  readonly kind: TableProblemKind;
  /** Row of the file that is meant, from 1; null: none, or the whole of it. */
  readonly line: number | null;

  constructor(kind: TableProblemKind, detail: string, line: number | null = null) {
    super(detail);
    this.kind = kind;
    this.line = line;
  }
}
