import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPinyinMemo, pinyinKeys } from '../../../shared/domain/name/pinyin';
import { NameIndex, type NameRanks, type NameRow } from './name-index';
import { Names } from './names';
import { atOnce } from './steps';

const memo = createPinyinMemo();
const rowOf = (id: number, text: string): NameRow => {
  const { full, initials } = pinyinKeys(text, memo);
  return { id, text, pinyin: full, initials };
};
const text = fc
  .array(fc.constantFrom('王', '李', '小', '伟', '三', '·', '𠮷'), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(''));
const id = fc.integer({ min: 1, max: 30 });

/** Every answer by number, so that the order of two indexes does not matter. */
function answers(
  names: Pick<Names, 'byText' | 'byPinyin' | 'byMixed' | 'byTypo' | 'byPinyinTypo'>,
) {
  const marked = (found: NameRanks | null) => {
    const all = [...(found?.ranks ?? [])].flatMap((rank, i) => (rank > 0 ? [[i, rank]] : []));
    // What has a rank and what is listed are the same.
    expect(found?.ids ?? []).toEqual(all.map(([i]) => i));
    return all;
  };
  return {
    text: ['王', '小伟', '李三', '王伟'].map((typed) => marked(names.byText(typed))),
    pinyin: ['wang', 'lx', 'xiaowei'].map((typed) => marked(names.byPinyin(typed))),
    mixed: ['王xiao', 'li三'].map((typed) => marked(names.byMixed(typed))),
    typo: ['王小伟', '李三'].map((typed) => marked(names.byTypo(typed))),
    pinyinTypo: ['xiaowie', 'wangsan'].map((typed) => marked(names.byPinyinTypo(typed))),
  };
}

describe('Names', () => {
  // Would catch: a person found under a former name, a new one not found, or one that left still listed,
  // because the small index beside the large one is merged wrongly.
  it('with any changes answer as an index of all names does', () => {
    const change = fc.tuple(id, fc.option(text));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(id, text), { selector: ([number]) => number }),
        fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 4 }),
        (first, pages) => {
          const all = new Map(first.map(([number, name]) => [number, rowOf(number, name)]));
          let names = Names.of(NameIndex.of(all.values()));
          for (const page of pages) {
            const changes = new Map(
              page.map(([number, name]) => [number, name === null ? null : rowOf(number, name)]),
            );
            for (const [number, row] of changes)
              if (row === null) all.delete(number);
              else all.set(number, row);
            names = atOnce(names.with(changes)) ?? names;
          }
          const fresh = NameIndex.of(all.values());
          expect(answers(names)).toEqual(answers(fresh));
          const ranks = names.byText('王');
          const listed = ranks === null ? [] : names.best(ranks, 100);
          const wanted = [...all.values()].filter((row) => row.text.includes('王'));
          expect(new Set(listed.map((one) => one.id))).toEqual(
            new Set(wanted.map((row) => row.id)),
          );
        },
      ),
    );
  });
});
