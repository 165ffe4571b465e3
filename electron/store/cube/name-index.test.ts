import { describe, expect, it } from 'vitest';
import { createPinyinMemo, pinyinKeys } from '../../../shared/domain/name/pinyin';
import { CompanyIndexBuilder } from './company-index';
import { NameIndex } from './name-index';

describe('NameIndex', () => {
  // Would catch: a bearer of a common surname hidden behind a limit of candidates while the count says exact.
  it('finds a mixed text behind any number of namesakes', () => {
    const texts = Array.from({ length: 30_500 }, (_, i) =>
      ['王', String.fromCodePoint(0x4e00 + (i % 20_000)), i < 20_000 ? '' : '一'].join(''),
    ).filter((text) => !text.startsWith('王小'));
    texts.push('王小龘', '李王龘');
    const memo = createPinyinMemo();
    const rows = texts.map((text, i) => {
      // Every second name has no keys yet, as while a first load is being completed.
      const { full, initials } = i % 2 === 0 ? pinyinKeys(text, memo) : { full: '', initials: '' };
      return { id: i + 1, text, pinyin: full, initials };
    });
    const names = NameIndex.of(rows);
    expect(names.byMixed('王xiao')?.ranks[texts.length - 1]).toBeGreaterThan(0);
    expect(names.byMixed('li王')?.ranks[texts.length]).toBeGreaterThan(0);
  });
});

describe('names with dots', () => {
  // Would catch: 阿卜杜拉·买买提·吐尔逊 hidden from everybody who types no dot, or letters for a part.
  it('are found without them', () => {
    const names = NameIndex.of([
      { id: 1, text: '王伟', pinyin: '', initials: '' },
      { id: 2, text: '阿卜杜拉·买买提·吐尔逊', pinyin: '', initials: '' },
    ]);
    for (const text of ['阿卜杜拉买买提吐尔逊', '买买提吐尔逊', '买买提·吐'])
      expect([...(names.byText(text)?.ranks ?? [])].map(Boolean)).toEqual([false, false, true]);
    expect(names.byMixed('阿卜杜拉mai买提')?.ranks[2]).toBeGreaterThan(0);
  });
});

describe('CompanyIndex', () => {
  // Would catch: a firm with full-width brackets or capitals in its name that no typed text finds.
  it('finds names in either width and case', () => {
    const builder = new CompanyIndexBuilder();
    builder.add({ id: 1, name: '中建（北京）ABC矿业', region: 110105 });
    const companies = builder.build();
    for (const text of ['中建(北京)', '（北京）abc', 'abc矿'])
      expect(companies.byText(text).map(({ name }) => name)).toEqual(['中建（北京）ABC矿业']);
  });
});
