import type { ImportList, ImportVerdict } from '../../shared/domain/imports/rows';
import type { SqlRunner } from './sql-client';

/** A row of a list as it rests. */
export interface KeptImportRow {
  readonly verdict: ImportVerdict;
  /** Names what it says, whichever list it came in. */
  readonly mark: string;
  /** Wrapped. */
  readonly content: Uint8Array;
}

/** Keeps the rows of a list, in order. */
export async function keepImport(
  runner: SqlRunner,
  { office, id, list }: { readonly office: string; readonly id: string; readonly list: ImportList },
  rows: readonly KeptImportRow[],
  nowMs: number,
): Promise<void> {
  await runner.query(
    `insert into import_row (office, import, row, list, verdict, mark, content, received_ms)
     select $1, $2, r.row, $3, r.verdict, r.mark, decode(r.content, 'base64'), $5
     from jsonb_to_recordset($4::text::jsonb) as r(row int, verdict text, mark text, content text)`,
    [
      office,
      id,
      list,
      JSON.stringify(
        rows.map(({ verdict, mark, content }, row) => ({
          row,
          verdict,
          mark,
          content: Buffer.from(content).toString('base64'),
        })),
      ),
      nowMs,
    ],
  );
}

/** Which of these rows the office handed in before, and they were taken. */
export async function takenMarks(
  runner: SqlRunner,
  office: string,
  marks: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await runner.query<{ mark: string }>(
    `select mark from import_row where office = $1 and verdict = 'taken' and mark = any($2::text[])`,
    [office, marks],
  );
  return new Set(rows.map(({ mark }) => mark));
}

/** Lists of an office, the newest first, with their rows by verdict. */
export function importsOf(
  runner: SqlRunner,
  office: string,
): Promise<
  readonly {
    readonly id: string;
    readonly list: ImportList;
    readonly receivedMs: number;
    readonly verdict: ImportVerdict;
    readonly rows: number;
  }[]
> {
  return runner.query(
    `select import as id, list, received_ms as "receivedMs", verdict, count(*)::int as rows from import_row
     where office = $1 group by import, list, received_ms, verdict order by received_ms desc, import, verdict`,
    [office],
  );
}

/** What the rows of a list say, in order. */
export async function importContents(
  runner: SqlRunner,
  id: string,
): Promise<
  readonly {
    readonly office: string;
    readonly verdict: ImportVerdict;
    readonly content: Uint8Array;
  }[]
> {
  const rows = await runner.query<{ office: string; verdict: ImportVerdict; content: Uint8Array }>(
    'select office, verdict, content from import_row where import = $1 order by row',
    [id],
  );
  return rows.map((row) => ({ ...row, content: new Uint8Array(row.content) }));
}
