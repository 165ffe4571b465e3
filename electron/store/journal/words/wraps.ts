import { z } from 'zod';
import type { WritableDb } from '../../database';
import { sql } from '../../sql/tag';
import { bytesOrNull, textOrNull } from '../../sql/values';

/** Fact: the rows of word_key once more, in another page: a damaged one does not take all words with it. */
const COPY_FACT = 'words.key';
const CopySchema = z.array(z.tuple([z.string(), z.string()]));

/** The word key of that name, wrapped. */
export interface Wrap {
  readonly name: Uint8Array;
  readonly wrapped: Uint8Array;
}

/** Every wrap that is there, in the table or only in its copy. */
export function wrapsIn(db: WritableDb): readonly Wrap[] {
  const found = db
    .all(sql`select name, wrapped from word_key order by id`)
    .flatMap(([name, wrapped]) => {
      const [said, bytes] = [bytesOrNull(name), bytesOrNull(wrapped)];
      return said === null || bytes === null ? [] : [{ name: said, wrapped: bytes }];
    });
  const known = new Set(found.map(({ wrapped }) => textOf(wrapped)));
  return [...found, ...copied(db).filter(({ wrapped }) => !known.has(textOf(wrapped)))];
}

/** Has exactly these there, twice; writes nothing where it is so. */
export function keepWraps(db: WritableDb, wraps: readonly Wrap[]): void {
  db.transaction(() => {
    const rows = db.all(sql`select hex(name), hex(wrapped) from word_key order by id`);
    const isSame = (bytes: Uint8Array, hex: unknown) =>
      Buffer.from(bytes).toString('hex').toUpperCase() === hex;
    const isThere =
      rows.length === wraps.length &&
      wraps.every(
        ({ name, wrapped }, i) => isSame(name, rows[i]?.[0]) && isSame(wrapped, rows[i]?.[1]),
      );
    if (!isThere) {
      db.run(sql`delete from word_key`);
      for (const { name, wrapped } of wraps)
        db.run(sql`insert into word_key (name, wrapped) values (${name}, ${wrapped})`);
    }
    const copy = JSON.stringify(
      wraps.map(({ name, wrapped }) => [textOf(name), textOf(wrapped)] as const),
    );
    if (copyIn(db) !== copy)
      db.run(sql`insert or replace into fact values (${COPY_FACT}, ${copy})`);
  });
}

function copied(db: WritableDb): readonly Wrap[] {
  let said: unknown;
  try {
    said = JSON.parse(copyIn(db) ?? '[]');
  } catch {
    // A copy that is none says nothing; it is written anew.
    return [];
  }
  return (CopySchema.safeParse(said).data ?? []).map(([name, wrapped]) => ({
    name: Buffer.from(name, 'base64'),
    wrapped: Buffer.from(wrapped, 'base64'),
  }));
}

function copyIn(db: WritableDb): string | null {
  return textOrNull(db.value(sql`select value from fact where name = ${COPY_FACT}`));
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
