import { WORD_COLUMNS, type WordColumn } from '../journal/words/places';
import { Words } from '../journal/words/words';
import { raw, sql } from '../sql/tag';
import { textOf } from '../sql/values';
import { openWritable } from '../sqlcipher';
import { MASTER } from './fixture';
import type { FileContent } from './independent/plain-content';

/** The content of a closed journal with its sealed words opened, each in its own place, under the slice's key. */
export function withOpenWords(path: string, content: FileContent): FileContent {
  const texts = new Map<string, string>();
  const db = openWritable({ path, key: MASTER.journal, mayCreate: false, isDurable: true });
  try {
    const words = new Words();
    words.take(db, [Uint8Array.from(MASTER.slice)]);
    for (const column of WORD_COLUMNS)
      for (const [place, text] of db.all(sql`${raw(sealedText(column))}`))
        texts.set(textOf(text), words.open(textOf(text), textOf(place)) ?? '');
  } finally {
    db.close();
  }
  const opened = (row: string) => {
    const cells = (JSON.parse(row) as unknown[]).map((cell) =>
      typeof cell === 'string' ? (texts.get(cell) ?? cell) : cell,
    );
    return JSON.stringify(cells);
  };
  return Object.fromEntries(
    Object.entries(content).map(([table, { columns, rows }]) => [
      table,
      { columns, rows: rows.map(opened) },
    ]),
  );
}

function sealedText({ table, column, place }: WordColumn): string {
  return `select ${place}, t."${column}" from "${table}" t where substr(t."${column}", 1, 1) = char(1)`;
}
