import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cell, HEAD, NS, row, workbookBytes } from '../test/hand-made-workbook';
import { openTable } from './open-table';
import { TableProblem } from './table-problem';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldcert-nasty-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One that is written by hand, as a file (`workbookBytes`). */
async function workbook(
  name: string,
  ...content: Parameters<typeof workbookBytes>
): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, await workbookBytes(...content));
  return path;
}

function* rowsTo(last: number, more: (r: number) => string = () => '') {
  yield HEAD;
  for (let r = 2; r <= last; r++) yield row(r, more(r));
}
const kindOf = (path: string) =>
  openTable(path).then(
    ({ rows }) => `read ${rows.length}`,
    (error: unknown) => (error instanceof TableProblem ? error.kind : `crash ${String(error)}`),
  );

function* bare(last: number) {
  yield HEAD;
  for (let r = 2; r <= last; r++) yield `<row r="${r}"><c r="A${r}"><v>${r}</v></c></row>`;
}

describe('a workbook that somebody made on purpose, or by mistake', () => {
  // Bug: a sheet of as many rows as a sheet can have is read to its end, or takes all memory, before it is refused.
  it('with 1,048,576 rows is refused at the first row too many', async () => {
    const kind = await kindOf(await workbook('long.xlsx', bare(1_048_576)));
    expect(kind).toBe('too-many-rows');
  }, 120_000);

  // Bug: a merge over the whole sheet is filled cell by cell, or its rows count as people.
  it('whose merge spans the whole sheet reads as its rows', async () => {
    const merge = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>';
    const kind = await kindOf(await workbook('merge.xlsx', rowsTo(40), merge));
    expect(kind).toBe('read 39');
  });

  // Bug: rows as wide as a sheet can be are held whole, or read for minutes; or one cell far to the right, which somebody
  // typed by mistake, costs the whole list.
  it('with a cell in the last column is read, with one in every row refused', async () => {
    const far = (r: number) => cell(`XFD${r}`, 'x');
    const slip = await workbook(
      'slip.xlsx',
      rowsTo(300, (r) => (r === 7 ? far(r) : '')),
    );
    const { rows } = await openTable(slip);
    expect(rows).toHaveLength(299);
    expect(Math.max(...rows.map(({ cells }) => cells.length))).toBe(64);
    expect(await kindOf(await workbook('wide.xlsx', rowsTo(3_000, far)))).toBe('too-large');
  }, 60_000);

  // Bug: one cell of forty megabytes is kept, shown, or takes the reader along.
  it('with a cell of 40 MB is refused before it is read', async () => {
    const text = randomBytes(30 << 20).toString('base64');
    const kind = await kindOf(await workbook('cell.xlsx', [HEAD, row(2, cell('C2', text))]));
    expect(kind).toBe('bomb');
    // What a cell can hold is read, and cut.
    const most = randomBytes(16_383).toString('hex');
    const long = await workbook(
      'most.xlsx',
      rowsTo(200, (r) => cell(`C${r}`, most)),
    );
    expect(await kindOf(long)).toBe('read 199');
    expect((await openTable(long)).rows[0]?.cells[2]).toHaveLength(256);
  }, 60_000);

  // Bug: a row number beyond a sheet's end, none, or one that goes back crashes the reader.
  it.each([
    ['far', '<row r="99999999999">'],
    ['none', '<row>'],
    ['back', '<row r="-3">'],
    ['no number', '<row r="x">'],
  ])('whose row numbers are nonsense (%s) is read or refused', async (name, open) => {
    const odd = `${open}${cell('A2', '某')}${cell('B2', '11010519491231002X')}</row>`;
    expect(await kindOf(await workbook(`${name}.xlsx`, [HEAD, odd]))).toMatch(
      /^(read 1|damaged|empty)$/u,
    );
  });
});

// Bug: the people on the second sheet, or in a block above what was taken for the headings, go unchecked without a word.
describe('a workbook with more than one list', () => {
  it('says how many sheets are not taken, and none where they are empty', async () => {
    const second = (rows: string) =>
      `<worksheet xmlns="${NS}"><sheetData>${rows}</sheetData></worksheet>`;
    const blank = second(`<row r="1"><c r="A1"/>${cell('B1', ' ')}</row>`);
    const filled = second(row(9));
    const path = await workbook('sheets.xlsx', rowsTo(3), '', [blank, filled, second('')]);
    const table = await openTable(path);
    expect(table).toMatchObject({ otherSheets: 1, headingLine: 1 });
    expect(table.rows).toHaveLength(2);
    expect(await openTable(await workbook('one.xlsx', rowsTo(3)))).toMatchObject({
      otherSheets: 0,
    });
  });
  // Bug: a part that a program left behind in the archive, or that nothing names, is told as a sheet that nobody can find.
  it('counts what the workbook names alone', async () => {
    const second = `<worksheet xmlns="${NS}"><sheetData>${row(9)}</sheetData></worksheet>`;
    const orphaned = await workbook('orphan.xlsx', rowsTo(3), '', [], [second, '<nonsense']);
    expect(await openTable(orphaned)).toMatchObject({ otherSheets: 0 });
    const both = await workbook('both.xlsx', rowsTo(3), '', [second], [second]);
    expect(await openTable(both)).toMatchObject({ otherSheets: 1 });
  });
  it('says where the headings stand', async () => {
    const title = `<row r="1">${cell('A1', '某某公司')}</row>`;
    const head = HEAD.replace('r="1"', 'r="2"').replace('A1', 'A2').replace('B1', 'B2');
    const table = await openTable(await workbook('title.xlsx', [title, head, row(3)]));
    expect([table.headingLine, table.rows.length]).toEqual([2, 1]);
  });
});
