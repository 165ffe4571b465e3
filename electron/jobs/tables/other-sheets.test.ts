import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ZipPart } from './guard-zip';
import { otherSheets } from './other-sheets';

/** An archive's parts one behind the other, with the directory that `guardWorkbook` would make of them. */
function archive(texts: Readonly<Record<string, string>>): readonly [Buffer, ZipPart[]] {
  const pieces: Buffer[] = [];
  const parts: ZipPart[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(texts)) {
    const packed = deflateRawSync(Buffer.from(text));
    const head = Buffer.alloc(30);
    parts.push({
      name,
      size: Buffer.byteLength(text),
      packed: packed.length,
      isDeflated: true,
      at,
    });
    pieces.push(head, packed);
    at += head.length + packed.length;
  }
  return [Buffer.concat(pieces), parts];
}

const BLANK = '<worksheet><sheetData><row r="1"><c r="A1" s="3"/></row></sheetData></worksheet>';
const FILLED = BLANK.replace('s="3"/>', 't="s"><v>0</v></c>');
const COUNT = 12;
const NAMES = `<x:workbook xmlns:x="m" xmlns:q="r"><x:sheets>${Array.from({ length: COUNT }, (_, i) => `<x:sheet name="${i + 1}月" sheetId="${i + 1}" q:id="R${i}"/>`).join('')}</x:sheets></x:workbook>`;
const RELATIONS = `<Relationships>${Array.from({ length: COUNT }, (_, i) => `<Relationship Target="${i % 2 === 0 ? '/xl/' : ''}worksheets/part${COUNT - i}.xml" Id="R${i}"/>`).join('')}</Relationships>`;
const book = (sheetAt: (part: number) => string) =>
  archive({
    'xl/workbook.xml': NAMES,
    'xl/_rels/workbook.xml.rels': RELATIONS,
    ...Object.fromEntries(
      Array.from({ length: COUNT }, (_, i) => [`xl/worksheets/part${i + 1}.xml`, sheetAt(i + 1)]),
    ),
  });

describe('sheets behind the first', () => {
  // Bug: the part of the first sheet is taken for the one that is first by its name, so that the list itself counts as another.
  it('are those that the workbook names behind it, wherever they lie', async () => {
    expect(await otherSheets(...book((part) => (part === COUNT ? FILLED : BLANK)))).toBe(0);
    expect(await otherSheets(...book((part) => (part <= 3 ? FILLED : BLANK)))).toBe(3);
    const [file, parts] = book(() => BLANK);
    const without = parts.filter(({ name }) => name !== 'xl/worksheets/part1.xml');
    expect(await otherSheets(file, without)).toBe(1);
  });

  // Bug: names that begin again and again and never end are each looked for to the end of all of them, for minutes.
  it('are told of names without an end too', async () => {
    const [file, parts] = archive({
      'xl/workbook.xml': '<sheet '.repeat(140_000),
      'xl/_rels/workbook.xml.rels': '<Relationship '.repeat(70_000),
    });
    expect(await otherSheets(file, parts)).toBe(0);
  });

  // Bug: a value that lies across two pieces of what is unpacked is overlooked; blank text counts.
  it('are filled where a cell has a value, wherever it begins', async () => {
    for (const pad of [16_360, 16_370, 16_380, 32_760]) {
      const late = BLANK.replace('<row', `<!--${'x'.repeat(pad)}--><row`);
      const filled = late.replace(
        's="3"/>',
        't="inlineStr"><is><t xml:space="preserve"> 某</t></is></c>',
      );
      expect(await otherSheets(...book((part) => (part === 1 ? filled : late)))).toBe(1);
      const blank = late.replace('s="3"/>', 't="inlineStr"><is><t> </t></is></c>');
      expect(await otherSheets(...book(() => blank))).toBe(0);
    }
  });
});
