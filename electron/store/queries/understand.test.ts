import { describe, expect, it } from 'vitest';
import { isSuggestable, understand } from './understand';

describe('understand', () => {
  // Would catch: a typed ID number ending up as a name or as text that is logged in plain.
  it('reads numbers as people type them', () => {
    const first = (text: string): string => JSON.stringify(understand(text)[0]);
    expect(first('11010519491231002x')).toContain(
      '"way":"id","values":["11010519491231002X"],"onlyTForm":false',
    );
    expect(first('T 110105 19491231 002X')).toContain('"onlyTForm":true');
    expect(first('１１０１０５１９４９１２３１００２Ｘ')).toContain('11010519491231002X');
    expect(first('19491231')).toContain('birth8');
    expect(first('002x')).toContain('last4');
    expect(first('110105')).toContain('"last6","region6"');
    expect(first('13812345678')).toContain('"phone"');
    expect(first('京建安C1（2015）0000001')).toBe(
      JSON.stringify({ way: 'number', text: '京建安C1(2015)0000001' }),
    );
    expect(understand('皖-AQ-0021b')).toContainEqual({ way: 'number', text: '皖-AQ-0021b' });
    expect(understand('91350100M000100Y43')[0]?.way).toBe('uscc');
    expect(first('   ')).toContain('everything');
  });

  // Would catch: letters and characters typed together falling through to the wrong way.
  it('tells names, pinyin and mixtures apart', () => {
    expect(understand('张三').map(({ way }) => way)).toEqual(['name', 'company', 'fuzzy-name']);
    expect(understand('Zhang San').map(({ way }) => way)).toEqual([
      'pinyin',
      'company',
      'fuzzy-pinyin',
    ]);
    expect(understand('zhang三')[0]).toEqual({ way: 'mixed', text: 'zhang三' });
    expect(understand('买买提•吐尔逊')[0]).toEqual({ way: 'name', text: '买买提·吐尔逊' });
  });

  // Would catch: suggestions while digits are typed, an oracle on masked numbers.
  it('suggests nothing for digits of any width', () => {
    expect(['1', '１１０', '张3', ''].map(isSuggestable)).toEqual([false, false, false, false]);
    expect(isSuggestable('张')).toBe(true);
  });
});
