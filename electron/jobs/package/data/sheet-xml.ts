import type { ExportColumn } from '../../../../shared/domain/policy/export-templates';
import { type Column, cellsOf, type ExportRow } from './rows';
import { withoutControls } from './xml-text';

/** Cell formats of `workbook-parts.ts`, by their number. */
const TEXT_STYLE = 1;
const DATE_STYLE = 2;
const HEADING_STYLE = 3;

const DATES: ReadonlySet<ExportColumn> = new Set<ExportColumn>([
  'validFrom',
  'validTo',
  'reviewDue',
]);
/** Day 0 of spreadsheets, and the first day of which all of them think the same. */
const EPOCH_MS = Date.UTC(1899, 11, 30);
const FIRST_SERIAL = 61;
const DAY_MS = 86_400_000;

/**
 * The sheet of a workbook (ECMA-376 part 1, section 18.3) in pieces of text: the watermark line and the headings, both
 * frozen, then the rows, a piece for each batch. Days are days, everything else is text, so that numbers of 18 digits survive and nothing is a formula.
 */
export async function* sheetXml(
  columns: readonly Column[],
  watermark: string,
  batches: AsyncIterable<readonly ExportRow[]>,
): AsyncGenerator<string> {
  const names = columns.map((_, index) => columnName(index));
  const isDate = columns.map(({ field }) => DATES.has(field));
  const widths = columns.map(
    ({ widthChars }, index) =>
      `<col min="${index + 1}" max="${index + 1}" width="${widthChars}" style="${TEXT_STYLE}" customWidth="1"/>`,
  );
  const headings = columns.map(({ heading }, index) =>
    textCell(`${names[index]}2`, heading, HEADING_STYLE),
  );
  yield `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join('')}</cols><sheetData><row r="1">${textCell('A1', watermark, TEXT_STYLE)}</row><row r="2">${headings.join('')}</row>`;
  let line = 2;
  for await (const rows of batches) {
    let piece = '';
    for (const row of rows) {
      line += 1;
      piece += `<row r="${line}">`;
      const values = cellsOf(row, columns);
      for (let index = 0; index < values.length; index += 1) {
        const value = values[index] ?? '';
        if (value === '') continue;
        const place = `${names[index]}${line}`;
        const serial = isDate[index] === true ? serialOf(value) : undefined;
        piece +=
          serial === undefined
            ? textCell(place, value, TEXT_STYLE)
            : `<c r="${place}" s="${DATE_STYLE}"><v>${serial}</v></c>`;
      }
      piece += '</row>';
    }
    yield piece;
  }
  yield '</sheetData></worksheet>';
}

/** A, B … Z, AA …, from 0. */
function columnName(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnName(Math.floor(index / 26) - 1) + last;
}

/** Readers drop space at the edges of a text, and some of them lines and double spaces in it, unless they are told. */
const SPACE_THAT_COUNTS = /^\s|\s$|[\t\n\r]|\s\s/u;

function textCell(place: string, text: string, style: number): string {
  const space = SPACE_THAT_COUNTS.test(text) ? ' xml:space="preserve"' : '';
  return `<c r="${place}" s="${style}" t="inlineStr"><is><t${space}>${xmlText(text)}</t></is></c>`;
}

/** Days of certificates are few and come again and again. */
const knownDays = new Map<string, number | undefined>();
const MAX_KNOWN_DAYS = 40_000;

function serialOf(text: string): number | undefined {
  if (knownDays.has(text)) return knownDays.get(text);
  const serial = readSerial(text);
  if (knownDays.size < MAX_KNOWN_DAYS) knownDays.set(text, serial);
  return serial;
}

/** The number of a day written YYYY-MM-DD; undefined for everything else, which stays text. */
function readSerial(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(text)) return undefined;
  const ms = Date.parse(`${text}T00:00:00Z`);
  // Some engines roll 30 February over.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text) return undefined;
  const serial = (ms - EPOCH_MS) / DAY_MS;
  return serial < FIRST_SERIAL ? undefined : serial;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#13;',
};

/** Everything that `xmlText` changes: most cells of a list have none of it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot carry them
const SPECIAL = /[&<>\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]|_x/u;

/** Text between tags. Spreadsheets read `_x0041_` as an A: the underscore of what looks like one is written so itself. */
function xmlText(text: string): string {
  if (!SPECIAL.test(text)) return text;
  const escaped = withoutControls(text).replace(/[&<>\r]/gu, (sign) => ENTITIES[sign] ?? sign);
  return escaped.replace(/_(?=x[\dA-Fa-f]{4}_)/gu, '_x005F_');
}
