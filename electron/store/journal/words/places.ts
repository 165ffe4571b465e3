/*
 * Where words rest, and what each is bound to: a value that is put into another row does not open there. What was written
 * for the centre is not among them: main seals it (services/outbox/private-words.ts).
 */

export const notePlace = (dseq: number): string => `note|${dseq}`;
export const factPlace = (name: string): string => `fact|${name}`;
export const batchPlace = (id: string, userId: string): string => `batch|${userId}|${id}`;
export const rowPlace = (
  batch: string,
  row: number,
  verdict: string,
  certificate: number | null,
): string => `row|${batch}|${verdict}|${certificate ?? ''}|${row}`;
export const savedPlace = (id: string, userId: string, of: 'title' | 'body'): string =>
  `saved|${userId}|${id}|${of}`;
/** Of a look-up: by whom, when, and with which entry of the log. */
export interface LookUpKey {
  readonly userId: string;
  readonly atMs: number;
  readonly auditSeq: number;
}
export const queryPlace = ({ userId, atMs, auditSeq }: LookUpKey, of: 'text' | 'filter'): string =>
  `query|${userId}|${atMs}|${auditSeq}|${of}`;

/** Facts: how far the centre's list of a person's saved items was taken. */
export const SAVED_MARK = 'saved.mark.';

/** Facts that hold what people wrote or whom they looked at. */
const WORD_FACTS: readonly string[] = [
  'site-visit:',
  'reports:',
  'lookups:',
  'follow-ups:',
  'import.',
  // Requests for exports, and one that goes to a recipient.
  'export-requests',
  'export-going:',
];

/** Whether a fact's value is sealed. */
export function isWordFact(name: string): boolean {
  return WORD_FACTS.some((prefix) => name.startsWith(prefix));
}

/** A column of words, in SQL: `t` is its table. */
export interface WordColumn {
  readonly table: string;
  readonly keys: readonly string[];
  readonly column: string;
  /** As the functions above say it. */
  readonly place: string;
  readonly where: string;
}

/** Every column that holds words, for what lies in clear from before they were sealed. */
export const WORD_COLUMNS: readonly WordColumn[] = [
  { table: 'work_item', keys: ['dseq'], column: 'note', place: `'note|' || t.dseq`, where: '1' },
  {
    table: 'fact',
    keys: ['name'],
    column: 'value',
    place: `'fact|' || t.name`,
    where: `t.value <> '' and (${WORD_FACTS.map((prefix) => `substr(t.name, 1, ${prefix.length}) = '${prefix}'`).join(' or ')})`,
  },
  {
    table: 'batch',
    keys: ['id'],
    column: 'title',
    place: `'batch|' || t.userId || '|' || t.id`,
    where: '1',
  },
  {
    table: 'batch_row',
    keys: ['batch', 'row'],
    column: 'input',
    place: `'row|' || t.batch || '|' || t.verdict || '|' || coalesce(t.certificate, '') || '|' || t."row"`,
    where: '1',
  },
  ...(['title', 'body'] as const).map((column) => ({
    table: 'saved_item',
    keys: ['id'],
    column,
    place: `'saved|' || t.userId || '|' || t.id || '|${column}'`,
    where: `t.${column} <> ''`,
  })),
  ...(['text', 'filter'] as const).map((column) => ({
    table: 'query_log',
    keys: ['id'],
    column,
    place: `'query|' || t.userId || '|' || t.atMs || '|' || t.auditSeq || '|${column}'`,
    where: '1',
  })),
];
