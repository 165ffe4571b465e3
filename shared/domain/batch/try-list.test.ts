import { expect, it } from 'vitest';
import { readRow } from './read-row';
import { tryList } from './try-list';

const MAPPING = { name: 0, idNumber: 1, number: 2, validTo: 3 };
const trialOf = (cells: readonly (readonly string[])[], mapping = MAPPING) =>
  tryList(cells.map((row, i) => ({ line: i + 2, about: readRow(row, mapping) })));

// Would catch: a dry run that calls a list clean whose numbers a spreadsheet ruined, that counts a row twice or not at all,
// or that points to another line than the first one.
it('says what can be looked up, and what is wrong with the rest', () => {
  const rows = [
    ['王伟', '11010519491231002X', '', '2027-01-01'],
    ['李娜', '1.10105E+17', '', ''],
    // Readable by its other number, whatever became of the ID.
    ['张三', '1.10105E+17', 'T11010519491231002X', ''],
    ['赵四', '110105194912310021', '', ''],
    ['钱五', '11010519491331002X', '', ''],
    ['孙六', '', '', ''],
    ['周七', '11010519491231002X', '', '2027-02-30'],
    ['', '', '京建安C1(2015)0000001', '2027-13-45'],
  ];
  const { ready, faults } = trialOf(rows);
  expect(ready).toBe(4);
  expect(faults).toMatchObject([
    { fault: 'spreadsheet-number', count: 2, line: 3 },
    { fault: 'checksum', count: 1, line: 5 },
    { fault: 'birth-date', count: 1, line: 6 },
    { fault: 'no-number', count: 1, line: 7 },
    { fault: 'date-unreadable', count: 2, line: 8 },
  ]);
});

// Would catch: a wrong column that is still called ready.
it('follows the columns that are chosen', () => {
  const rows = [
    ['王伟', '11010519491231002X', 'T11010519491231002X', ''],
    ['李娜', '440524188001010014', '', ''],
  ];
  expect(trialOf(rows).ready).toBe(2);
  const wrong = trialOf(rows, { ...MAPPING, idNumber: 0, number: 3 });
  expect(wrong.ready).toBe(0);
  expect(wrong.faults.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  expect(trialOf([])).toEqual({ ready: 0, faults: [] });
});
