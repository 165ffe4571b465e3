import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

export const NS = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PKG = 'http://schemas.openxmlformats.org/package/2006';
/** A cell with a text of its own. */
export const cell = (ref: string, text: string) =>
  `<c r="${ref}" t="inlineStr"><is><t>${text}</t></is></c>`;

/**
 * A workbook whose first sheet is written by hand: `rows` and what comes behind them; `others`: sheets behind it, whole;
 * `orphans`: parts like sheets that the workbook does not name.
 */
export async function workbookBytes(
  rows: Iterable<string>,
  behind = '',
  others: readonly string[] = [],
  orphans: readonly string[] = [],
): Promise<Buffer> {
  const sheet = `<worksheet xmlns="${NS}"><sheetData>${[...rows].join('')}</sheetData>${behind}</worksheet>`;
  const zip = new ZipFile();
  const part = (at: string, text: string) =>
    zip.addBuffer(Buffer.from(`<?xml version="1.0"?>${text}`), at, { compressionLevel: 1 });
  const types = ['workbook', 'sheet'].map(
    (one) =>
      `<Override PartName="/xl/${one === 'sheet' ? 'worksheets/sheet1' : one}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${one === 'sheet' ? 'worksheet' : 'sheet.main'}+xml"/>`,
  );
  const relation = (type: string, target: string) =>
    `<Relationships xmlns="${PKG}/relationships"><Relationship Id="rId1" Type="${REL}/${type}" Target="${target}"/></Relationships>`;
  part(
    '[Content_Types].xml',
    `<Types xmlns="${PKG}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${types.join('')}</Types>`,
  );
  part('_rels/.rels', relation('officeDocument', 'xl/workbook.xml'));
  part(
    'xl/workbook.xml',
    `<workbook xmlns="${NS}" xmlns:r="${REL}"><sheets><sheet name="名单" sheetId="1" r:id="rId1"/>${others.map((_, i) => `<sheet name="表${i + 2}" sheetId="${i + 2}" r:id="rId${i + 2}"/>`).join('')}</sheets></workbook>`,
  );
  const behindFirst = others.map(
    (_, i) =>
      `<Relationship Id="rId${i + 2}" Type="${REL}/worksheet" Target="worksheets/sheet${i + 2}.xml"/>`,
  );
  part(
    'xl/_rels/workbook.xml.rels',
    relation('worksheet', 'worksheets/sheet1.xml').replace(
      '</Relationships>',
      `${behindFirst.join('')}</Relationships>`,
    ),
  );
  for (const [i, one] of others.entries()) part(`xl/worksheets/sheet${i + 2}.xml`, one);
  for (const [i, one] of orphans.entries()) part(`xl/worksheets/sheet${90 + i}.xml`, one);
  part('xl/worksheets/sheet1.xml', sheet);
  zip.end();
  return buffer(zip.outputStream);
}

/** Names and ID numbers. */
export const HEAD = `<row r="1">${cell('A1', '姓名')}${cell('B1', '身份证号')}</row>`;
/** A row of one person, and what else is in it. */
export const row = (r: number, more = '') =>
  `<row r="${r}">${cell(`A${r}`, `某${r}`)}${cell(`B${r}`, '11010519491231002X')}${more}</row>`;
