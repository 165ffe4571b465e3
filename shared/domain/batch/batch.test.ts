import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayFromIso } from '../../kernel/day';
import { guessColumns, headingScore, isJudgeable } from './columns';
import { readRow } from './read-row';
import { BATCH_VERDICTS, pileOf } from './verdicts';

const ID = '11010519491231002X';

describe('columns of a list', () => {
  // Bug: the usual headings of offices are not known, and every list has to be mapped by hand.
  it.each([
    [
      ['序号', '姓名', '身份证号', '证书编号', '单位名称'],
      { name: 1, idNumber: 2, number: 3, company: 4 },
    ],
    [['持证人姓名', '公民身份号码', '有效期至'], { name: 0, idNumber: 1, validTo: 2 }],
    [
      ['单位', '人员姓名*', '证件号码（必填）', '操作证号', '到期日期'],
      { company: 0, name: 1, idNumber: 2, number: 3, validTo: 4 },
    ],
    [
      ['Name', 'ID Number', 'Certificate No.', 'Company'],
      { name: 0, idNumber: 1, number: 2, company: 3 },
    ],
  ])('%j', (headings, expected) => {
    expect(guessColumns(headings, [])).toEqual(expected);
    expect(headingScore(headings)).toBeGreaterThanOrEqual(3);
  });

  // Bug: a list without headings is refused although one column can only be ID numbers.
  it('finds ID numbers by what a column holds', () => {
    const rows = [
      ['1', '张三', ID],
      ['2', '李四', '440524188001010014'],
      ['3', '王五', ''],
    ];
    expect(guessColumns(['', '', ''], rows)).toEqual({ idNumber: 2 });
    expect(isJudgeable(guessColumns([], [['张三']]))).toBe(false);
  });

  // Bug: strange headings crash the guess, or one column is taken twice.
  it('takes each column once, whatever the headings', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 12 }), { maxLength: 20 }), (headings) => {
        const columns = Object.values(guessColumns(headings, [headings]));
        expect(new Set(columns).size).toBe(columns.length);
        for (const column of columns) expect(column).toBeLessThan(Math.max(1, headings.length));
      }),
    );
  });
});

describe('a row of a list', () => {
  const mapping = { name: 0, idNumber: 1, number: 2, validTo: 3 };
  const read = (...cells: string[]) => readRow(cells, mapping);

  // Bug: an ID that a spreadsheet ruined is looked up and told as unknown, which accuses its holder.
  it('names what is wrong with an ID number', () => {
    expect(read('张三', '1.10105E+17').fault).toBe('spreadsheet-number');
    expect(read('张三', '110105194912310021').fault).toBe('checksum');
    expect(read('张三', '11010519491331002X').fault).toBe('birth-date');
    expect(read('张三', '1101051949').fault).toBe('length');
    expect(read('张三', 'abc').fault).toBe('characters');
    expect(read('张三', '')).toMatchObject({ idNumber: null, fault: null });
  });

  // Bug: what people type (full width, spaces, apostrophes, 15 digits, foreign documents) is not read.
  it('reads what people write', () => {
    expect(read('张 三', '１１０１０５１９４９１２３１００２ｘ').idNumber).toBe(ID);
    expect(read('张三', "'110105 19491231 002X").idNumber).toBe(ID);
    expect(read('张三', '110105491231002').idNumber).toBe(ID);
    expect(read('SMITH', 'e12345678').idNumber).toBe('E12345678');
    // A permit of a Taiwan resident.
    expect(read('林一', '0123 4567')).toMatchObject({ idNumber: '01234567', fault: null });
    expect(read('林一', '012345678')).toMatchObject({ idNumber: null, fault: 'length' });
    expect(read('张三', '', "'京建安C1(2015) 0000001").number).toBe('京建安C1(2015)0000001');
  });

  // Bug: a date is read as another one, and an honest list is told to be altered.
  it.each([
    ['2027-02-28', '2027-02-28'],
    ['2027/2/28', '2027-02-28'],
    ['2027年2月28日', '2027-02-28'],
    ['20270228', '2027-02-28'],
    ['2024.3.1至2027.2.28', '2027-02-28'],
  ])('reads the date %s', (text, iso) => {
    expect(read('', '', '', text).validTo).toBe(dayFromIso(iso));
  });
  // Bug: a day that cannot be read is left out without a word, or one of a month counts as a day of it.
  it('says how the last day is to be taken', () => {
    expect(read('', '', '', '2026-2-29')).toMatchObject({ validTo: null, end: 'unreadable' });
    expect(read('', '', '', '2027年12月')).toMatchObject({ end: 'month' });
    for (const text of ['2027-02-28', '长期', ''])
      expect(read('', '', '', text).end).toBeUndefined();
  });
  it.each(['长期', '2027-02-30', '27-2-28', ''])('reads no date in %j', (text) => {
    expect(read('', '', '', text).validTo).toBeNull();
  });

  // Bug: a nasty cell crashes the reading of the whole list.
  it('is read whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 10_000 }), { maxLength: 5 }),
        (cells) => {
          const row = readRow(cells, mapping);
          expect((row.number ?? '').length).toBeLessThanOrEqual(64 * 18);
        },
      ),
    );
  });
});

// Bug: a verdict without a pile is shown nowhere, or a bad one among the good ones.
it('every verdict has its pile, and only valid is good', () => {
  expect(new Set(BATCH_VERDICTS).size).toBe(BATCH_VERDICTS.length);
  expect(BATCH_VERDICTS.filter((verdict) => pileOf(verdict) === 'good')).toEqual(['valid']);
  for (const verdict of BATCH_VERDICTS) expect(pileOf(verdict)).toBeDefined();
});
