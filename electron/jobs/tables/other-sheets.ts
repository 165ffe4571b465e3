import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { createInflateRaw, inflateRawSync } from 'node:zlib';
import { packedBytes, type ZipPart } from './guard-zip';

/** More are not looked into: a list that has them is no list. */
const MOST_SHEETS = 64;
const MAX_NAMES_BYTES = 1 << 20;
/** Of a sheet so much is looked through: one that goes on for longer without a value is taken for filled. */
const LOOKED_BYTES = 4 << 20;
/** Kept of a piece, for a value that goes on in the next. */
const OVERLAP = 512;
/** As the workbook names them: a part that a program left behind in the archive is no sheet of it. */
const SHEET = /<[\w:]*sheet\s([^<>]*)>/gu;
const RELATION = /<[\w:]*Relationship\s([^<>]*)>/gu;
const RELATION_OF_SHEET = /\s\w+:id="([^"]+)"/u;
const ID = /\sId="([^"]*)"/u;
const TARGET = /\sTarget="([^"]*)"/u;
/** A value or a text with something in it. */
const VALUE = /<[\w:]*[vt](?:>|\s[^<>]*>)\s*[^<\s]/u;

/**
 * How many sheets behind the first have something in a cell. Of each so much is unpacked as its first value takes, and nothing is
 * parsed: a workbook with a sheet for every month costs no more than its first. What cannot be read or found counts as well:
 * nobody can say that it is empty. A cell whose shared text is blank counts too.
 */
export async function otherSheets(file: Buffer, parts: readonly ZipPart[]): Promise<number> {
  const byName = new Map(parts.map((part) => [part.name, part]));
  const names = textOf(file, byName.get('xl/workbook.xml'));
  if (names === undefined) return MOST_SHEETS;
  const sheets = [...names.matchAll(SHEET)].map(([, attributes]) => ` ${attributes}`);
  const targets = relationsOf(textOf(file, byName.get('xl/_rels/workbook.xml.rels')) ?? '');
  let filled = 0;
  for (const attributes of sheets.slice(1, MOST_SHEETS)) {
    const target = targets.get(RELATION_OF_SHEET.exec(attributes)?.[1] ?? '');
    const part = target === undefined ? undefined : byName.get(target);
    if (part === undefined || (await hasValue(file, part))) filled += 1;
  }
  return filled;
}

/** Parts of the archive by the id under which the workbook names them. */
function relationsOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, attributes] of text.matchAll(RELATION)) {
    const id = ID.exec(` ${attributes}`)?.[1];
    const target = TARGET.exec(` ${attributes}`)?.[1];
    // Told from where the workbook lies, or from the archive's root.
    if (id !== undefined && target !== undefined)
      found.set(id, posix.resolve('/xl', target).slice(1));
  }
  return found;
}

function textOf(file: Buffer, part: ZipPart | undefined): string | undefined {
  if (part === undefined || part.size > MAX_NAMES_BYTES) return undefined;
  try {
    const packed = packedBytes(file, part);
    const bytes = part.isDeflated
      ? inflateRawSync(packed, { maxOutputLength: MAX_NAMES_BYTES })
      : packed;
    return bytes.toString('utf8');
  } catch {
    return undefined;
  }
}

async function hasValue(file: Buffer, part: ZipPart): Promise<boolean> {
  let source: Readable | undefined;
  try {
    source = Readable.from([packedBytes(file, part)]);
    const pieces: AsyncIterable<Buffer> = part.isDeflated
      ? source.pipe(createInflateRaw())
      : source;
    let looked = 0;
    let before = '';
    for await (const piece of pieces) {
      // Bytes as characters: what is looked for is of ASCII, and any other character is some text.
      const text = before + piece.toString('latin1');
      if (VALUE.test(text)) return true;
      before = text.slice(-OVERLAP);
      looked += piece.length;
      if (looked > LOOKED_BYTES) return true;
    }
    return false;
  } catch {
    return true;
  } finally {
    source?.destroy();
  }
}
