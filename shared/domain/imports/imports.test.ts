import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayFromIso } from '../../kernel/day';
import {
  importWords,
  MAX_IMPORT_ANSWER,
  readImportAnswer,
  withDecision,
  writeImportAnswer,
} from '../../protocol/imports';
import { IMPORT_COLUMNS, importColumns, LIST_COLUMNS, missingColumns } from './columns';
import { IMPORT_FAULTS, readImportRow } from './read-import-row';
import { IMPORT_LISTS, IMPORT_VERDICTS, MAX_IMPORT_ROWS } from './rows';

const ID = '11010519491231002X';
const mappingOf = (list: (typeof IMPORT_LISTS)[number]) =>
  importColumns(
    list,
    LIST_COLUMNS[list].map((column) => IMPORT_COLUMNS[column]),
  );
const read = (list: (typeof IMPORT_LISTS)[number], cells: readonly string[]) =>
  readImportRow(list, 2, cells, mappingOf(list));
const SOUND = [
  '张三',
  ID,
  'JX-1',
  '特种作业操作证',
  '低压电工作业',
  '2026-01-02',
  '2032-01-01',
  '某公司',
];

describe('a list for the centre', () => {
  // Would catch: a template whose own headings are not known again, or a list taken that lacks what it needs.
  it('knows its columns by the template, and says which are missing', () => {
    for (const list of IMPORT_LISTS) {
      expect(Object.values(mappingOf(list))).toEqual(LIST_COLUMNS[list].map((_, i) => i));
      expect(missingColumns(list, mappingOf(list))).toEqual([]);
    }
    const usual = importColumns('certificates', ['持证人姓名', '证件号码', '证书号', '操作项目']);
    expect(usual).toEqual({ name: 0, idNumber: 1, number: 2, category: 3 });
    expect(missingColumns('certificates', usual)).toEqual(['kind', 'validFrom', 'validTo']);
  });

  // Would catch: a sound row refused, or its values in the wrong places.
  it('reads a new certificate', () => {
    const row = read('certificates', SOUND);
    expect(row).toMatchObject({
      fault: null,
      content: {
        line: 2,
        name: '张三',
        idNumber: ID,
        number: 'JX-1',
        kind: 'special-operation',
        category: '低压电工作业',
        validFrom: dayFromIso('2026-01-02'),
        validTo: dayFromIso('2032-01-01'),
        company: '某公司',
      },
    });
  });

  // Would catch: a row with a fault handed in all the same, or told another fault than it has.
  it.each([
    [0, '', 'name-missing'],
    [1, '', 'id-missing'],
    [1, '110105194912310021', 'checksum'],
    [1, '1.10105E+17', 'spreadsheet-number'],
    [2, '', 'number-missing'],
    [3, '驾驶证', 'kind-unknown'],
    [5, '长期', 'from-unreadable'],
    [6, '2032-02-30', 'to-unreadable'],
    // Bug: a month is handed in as a day of January, or its last day as the first of a validity.
    [5, '2026-01', 'from-unreadable'],
    [6, '2032年12月', 'to-unreadable'],
    [6, '2025-12-31', 'dates-order'],
  ])('says what is wrong with cell %i %j', (at, text, fault) => {
    const cells = SOUND.map((cell, i) => (i === at ? text : cell));
    expect(read('certificates', cells).fault).toBe(fault);
  });

  // Would catch: a correction without a reason, of a field that there is not, or to a value that cannot be.
  it.each([
    [['JX-1', '张三', '', '有效期至', '2032-01-01', '发证日期录错'], null],
    [['JX-1', '张三', '', '有效期至', '长期', '录错'], 'proposed-wrong'],
    [['JX-1', '张三', '', '有效期至', '2032.12', '录错'], 'proposed-wrong'],
    [['JX-1', '张三', '', '身份证号', '123', '录错'], 'proposed-wrong'],
    [['JX-1', '张三', '', '颜色', '红', '录错'], 'field-unknown'],
    [['JX-1', '张三', '', '姓名', '', '录错'], 'proposed-missing'],
    [['JX-1', '张三', '', '姓名', '张叁', ''], 'note-missing'],
    [['', '张三', '', '姓名', '张叁', '录错'], 'number-missing'],
    [['JX-1', '', '', '姓名', '张叁', '录错'], 'name-missing'],
  ])('reads the correction %j', (cells, fault) => {
    expect(read('corrections', cells).fault).toBe(fault);
  });

  // Would catch: kinds taken for one another.
  it.each([
    ['安全生产知识和管理能力考核合格证（主要负责人）', 'manager-principal'],
    ['安全生产知识和管理能力考核合格证（安全生产管理人员）', 'manager-safety'],
    ['建筑施工企业安全生产考核合格证（A类）', 'construction-a'],
    ['建筑施工企业安全生产考核合格证（B类）', 'construction-b'],
    ['建安C1', 'construction-c1'],
    ['C3类', 'construction-c3'],
  ])('knows the kind %s', (text, kind) => {
    const row = read(
      'certificates',
      SOUND.map((cell, i) => (i === 3 ? text : cell)),
    );
    expect(row).toMatchObject({ content: { kind } });
  });

  // Would catch: a nasty cell that crashes the dry run of the whole list, or a fault without a word.
  it('reads any row to a known end', () => {
    const cell = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(
        fc.constantFrom(...IMPORT_LISTS),
        fc.array(fc.oneof(cell, fc.constantFrom(...SOUND)), { maxLength: 9 }),
        (list, cells) => {
          const { fault } = read(list, cells);
          expect(fault === null || IMPORT_FAULTS.includes(fault)).toBe(true);
        },
      ),
    );
  });
});

describe('the answer of the centre', () => {
  // Would catch: a verdict that comes back for another row or as another one.
  it('comes back row by row', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...IMPORT_VERDICTS), { maxLength: 60 }), (verdicts) => {
        expect(readImportAnswer(writeImportAnswer(verdicts))).toEqual(verdicts);
      }),
    );
    const most = writeImportAnswer(Array.from({ length: MAX_IMPORT_ROWS }, () => 'taken' as const));
    expect(readImportAnswer(most)).toHaveLength(MAX_IMPORT_ROWS);
    expect(readImportAnswer('import:t?')).toEqual(['taken', null]);
    // Beside the words of persons: their letters are no rows, and a full list has no room for them.
    const decided = withDecision(writeImportAnswer(['taken', 'known']), 'central:took it');
    expect(readImportAnswer(decided)).toEqual(['taken', 'known']);
    expect(importWords(decided)).toBe('central:took it');
    expect(importWords(writeImportAnswer(['taken']))).toBeNull();
    expect(importWords('central:no\nlist')).toBeNull();
    const full = writeImportAnswer(Array.from({ length: MAX_IMPORT_ROWS }, () => 'taken' as const));
    expect(withDecision(full, 'central:x')).toBe(full);
    expect(full).toHaveLength(MAX_IMPORT_ANSWER);
    for (const other of [null, 'form', 'central:import:t'])
      expect(readImportAnswer(other)).toBeUndefined();
  });
});
