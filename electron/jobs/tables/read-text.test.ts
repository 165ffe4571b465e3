import { describe, expect, it } from 'vitest';
import { decodeText, readText } from './read-text';
import { TableProblem } from './table-problem';

const rowsOf = (text: string) => [...readText(Buffer.from(text))];
function problemOf(act: () => unknown): TableProblem {
  try {
    act();
  } catch (error) {
    if (error instanceof TableProblem) return error;
    throw error;
  }
  throw new Error('was taken');
}

// Bug: a stray quotation mark takes every row after it into one cell, and thousands of people go unchecked without a word.
describe('quotation marks', () => {
  it('that are never closed refuse the list, and name the row', () => {
    const list = ['姓名,证件号', '张三,1', '"李四,2', '王五,3', '赵六,4'].join('\r\n');
    expect(problemOf(() => rowsOf(list))).toMatchObject({ kind: 'quotes', line: 3 });
  });
  it('that are closed in the middle of a cell do too', () => {
    expect(problemOf(() => rowsOf('a,b\n"x"y,1\n2,3\n'))).toMatchObject({
      kind: 'quotes',
      line: 2,
    });
  });
  it('that match keep commas, line ends and quotation marks of a cell', () => {
    expect(rowsOf('a,b\n"x, ""y""\nz",1\n2,3').map(({ cells }) => cells)).toEqual([
      ['a', 'b'],
      ['x, "y"\nz', '1'],
      ['2', '3'],
    ]);
  });
  it('within a cell are text', () => {
    expect(rowsOf('a,b\n5" 管,1\n').map(({ cells }) => cells)[1]).toEqual(['5" 管', '1']);
  });
});

// Bug: a UTF-8 list that was cut by a copy is read as GB 18030, and every name "differs".
describe('a list whose end was cut off', () => {
  const list = Buffer.from('姓名,身份证号\n张三丰,110101199001011234\n李四,公司名称');
  it('within a character is refused as damaged, with or without a mark', () => {
    for (const cut of [1, 2])
      for (const mark of ['', '\ufeff']) {
        const file = Buffer.concat([Buffer.from(mark), list]).subarray(0, -cut);
        expect(problemOf(() => decodeText(file)).kind).toBe('damaged');
      }
  });
  it('is no reason to refuse what is GB 18030, whatever its last byte', () => {
    // 姓名,公司 / 张三,某矿 in GB 18030, ending with a lead byte or whole.
    const file = Buffer.from('d0d5c3fb2cb9abcbbe0ad5c5c8fd2cc4b3bff3', 'hex');
    expect(decodeText(file)).toEqual({ text: '姓名,公司\n张三,某矿', encoding: 'gb18030' });
  });
});
