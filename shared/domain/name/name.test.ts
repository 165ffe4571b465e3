import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskName } from './mask';
import { characters, normalizeName } from './normalize';
import { createPinyinMemo, pinyinKeys, textPinyinKeys } from './pinyin';

const memo = createPinyinMemo();
const full = (name: string): string => pinyinKeys(name, memo).full;

describe('maskName', () => {
  // Would catch: masking UTF-16 units, which shows half of an extension B character.
  it('masks by code point', () => {
    const masked = ['张三', '张小三', '欧阳建国', '买买提·吐尔逊', '𠮷田', '𠮷田𠮷', '张', ''].map(
      maskName,
    );
    expect(masked).toEqual(['张*', '张*三', '欧**国', '买**·***', '𠮷*', '𠮷*𠮷', '*', '']);
    expect(maskName('买买提•吐尔逊')).toBe('买**·***');
  });

  // Would catch: a mask from which the length or more than two characters leak or change.
  it('keeps length and at most two characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), (text) => {
        const name = normalizeName(text);
        const masked = characters(maskName(name));
        expect(masked.length).toBe(characters(name).length);
        expect(masked.filter((c) => c !== '*' && c !== '·').length).toBeLessThanOrEqual(2);
      }),
    );
  });
});

describe('normalizeName', () => {
  // Would catch: one person under several spellings, found by one of them only.
  it('gives one spelling for each name', () => {
    for (const dot of ['·', '•', '・', '・', '‧', ' · ', '.', '\uff0e'])
      expect(normalizeName(`买买提${dot}吐尔逊`)).toBe('买买提·吐尔逊');
    expect(normalizeName(' 张\u3000三\u200b ')).toBe('张三');
    expect(normalizeName('\uff2a\uff4f\uff48\uff4e  Smith')).toBe('John Smith');
    expect(normalizeName('J. Smith')).toBe('J. Smith');
  });

  // Would catch: a second pass changing what the first made, so that stored and typed names differ.
  it('is idempotent', () => {
    const unit = fc.constantFrom(...'张三𠮷· • ・.Aa Aé\u0301\u200b\u3000');
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        expect(normalizeName(normalizeName(text))).toBe(normalizeName(text));
      }),
      { numRuns: 20_000, examples: [['a\u200b\u0301'], ['\uff41\u0301']] },
    );
  });
});

describe('pinyinKeys', () => {
  // Would catch: the shape that every search index relies on.
  it('gives full, initials and syllables', () => {
    expect(pinyinKeys('张三', memo)).toEqual({
      full: 'zhangsan',
      initials: 'zs',
      syllables: ['zhang', 'san'],
    });
    expect(pinyinKeys('吕布', memo).full).toBe('lvbu');
  });

  // Would catch: a polyphonic surname under its everyday reading, never found by who knows the person.
  it('reads surnames as surnames', () => {
    const names =
      '单雄信 解缙 仇英 查良镛 曾国藩 区大相 朴树 尉迟恭 万俟卨 单于飞 乐毅 华佗 任平 盖聂 黑敬'.split(
        ' ',
      );
    expect(names.map(full)).toEqual(
      (
        'shanxiongxin xiejin qiuying zhaliangyong zengguofan oudaxiang piaoshu yuchigong moqixie chanyufei ' +
        'yueyi huatuo renping genie hejing'
      ).split(' '),
    );
    expect(full('张单')).toBe('zhangdan');
  });

  // Would catch: a name outside the dictionary that breaks the index, or a dot in a key.
  it('never fails on a name', () => {
    expect(pinyinKeys('买买提·吐尔逊', memo)).toMatchObject({
      full: 'maimaitituerxun',
      initials: 'mmttex',
    });
    expect(pinyinKeys('𠮷三', memo)).toMatchObject({ full: '𠮷san', initials: '𠮷s' });
    expect(pinyinKeys('', memo)).toEqual({ full: '', initials: '', syllables: [] });
    fc.assert(
      fc.property(
        fc.array(fc.nat(0x10ffff)).map((points) => String.fromCodePoint(...points)),
        (text) => {
          const keys = pinyinKeys(text, createPinyinMemo());
          expect(keys.full).toBe(keys.syllables.join(''));
        },
      ),
    );
  });
});

describe('textPinyinKeys', () => {
  // Would catch: the places that every dictionary reads wrongly.
  it('reads places as they are called', () => {
    const read = '蔚县 乐亭 浚县 洪洞 大埔 单县 歙县 万柏林区'
      .split(' ')
      .map((t) => textPinyinKeys(t, memo).full);
    expect(read).toEqual(
      'yuxian laoting xunxian hongtong dabu shanxian shexian wanbailinqu'.split(' '),
    );
    expect(textPinyinKeys('山东单县化工厂', memo).initials).toBe('sdsxhgc');
  });
});
