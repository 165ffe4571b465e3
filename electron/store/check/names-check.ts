import { normalizeName } from '../../../shared/domain/name/normalize';
import { createPinyinMemo, pinyinKeys } from '../../../shared/domain/name/pinyin';
import type { ReadableDb } from '../database';
import type { DeepCalls } from '../deep-calls';
import { sql } from '../sql/tag';
import { intOf, textOf, textOrNull } from '../sql/values';

const memo = createPinyinMemo();

/** Compares the names index with the persons' own names, some rows at a time. */
export function checkNames(
  db: ReadableDb,
  { of, afterId, limit }: DeepCalls['deepNames'][0],
): DeepCalls['deepNames'][1] {
  const rows =
    of === 'person'
      ? db.all(sql`select p.id, p."name", n.text from person p left join name n on n.id = p.nameId
          where p.id > ${afterId} order by p.id limit ${limit}`)
      : db.all(sql`select n.id, n.text, k.pinyin, k.initials,
            exists (select 1 from person where nameId = n.id) from name n
          left join name_key k on k.id = n.id where n.id > ${afterId} order by n.id limit ${limit}`);
  const wrong = rows
    .filter((row) =>
      of === 'person'
        ? normalizeName(textOf(row[1])) !== textOrNull(row[2])
        : intOf(row[4]) !== 1 || !hasKeys(textOf(row[1]), textOrNull(row[2]), textOrNull(row[3])),
    )
    .map((row) => intOf(row[0]));
  const last = rows.at(-1);
  return {
    wrong,
    scanned: rows.length,
    lastId: last === undefined ? afterId : intOf(last[0]),
    isEnd: rows.length < limit,
  };
}

function hasKeys(text: string, pinyin: string | null, initials: string | null): boolean {
  const keys = pinyinKeys(text, memo);
  return keys.full === pinyin && keys.initials === initials;
}
