import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { create, type Font, type PathCommand } from 'fontkit';

/** A piece of text that one font can show. */
export interface Run {
  readonly face: FaceName;
  readonly text: string;
}

export type FaceName = 'han' | 'han-bold' | 'arabic';

interface Face {
  readonly name: FaceName;
  readonly bytes: Buffer;
  readonly font: Font;
  readonly advances: Map<number, number>;
}

/** Two Chinese weights are 10 MB each: a program shares the files of its pages. */
const FILES: Readonly<Record<FaceName, string>> = {
  han: '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  'han-bold': '@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf',
  arabic: '@expo-google-fonts/noto-naskh-arabic/400Regular/NotoNaskhArabic_400Regular.ttf',
};

/** A run as outlines: parts of an em, y upwards from the line on which letters stand. */
export interface OutlinedRun {
  readonly glyphs: readonly {
    readonly x: number;
    readonly y: number;
    readonly scale: number;
    readonly commands: readonly PathCommand[];
  }[];
  readonly advance: number;
  /** From the top of a line of this face down to where its letters stand. */
  readonly ascent: number;
}

/** The faces of a document: what they cover and how wide they run. */
export interface FontSet {
  /** Font files to register under their names. */
  readonly files: readonly { readonly name: FaceName; readonly bytes: Buffer }[];
  /**
   * Splits text by the face that has each character. A character that none has is written as its code point,
   * 〔U+20BB7〕: a name must never come out with a blank in it.
   */
  runs(text: string, isBold?: boolean): Run[];
  /** Width in points. */
  width(text: string, sizePt: number, isBold?: boolean): number;
  /** A run's shaped glyphs, for who paints them. */
  outlines(run: Run): OutlinedRun;
}

let loaded: FontSet | undefined;

/** Loads the fonts once per process (two Chinese weights, 10 MB each). */
export function loadFonts(): FontSet {
  loaded ??= makeFontSet();
  return loaded;
}

function makeFontSet(): FontSet {
  const faces = new Map<FaceName, Face>();
  for (const name of Object.keys(FILES) as FaceName[]) faces.set(name, loadFace(name));
  const orders: Readonly<Record<'regular' | 'bold', readonly FaceName[]>> = {
    regular: ['han', 'arabic'],
    bold: ['han-bold', 'han', 'arabic'],
  };

  function faceOf(codePoint: number, isBold: boolean): FaceName | undefined {
    return orders[isBold ? 'bold' : 'regular'].find((name) =>
      faces.get(name)?.font.hasGlyphForCodePoint(codePoint),
    );
  }

  function runs(text: string, isBold = false): Run[] {
    const found: { face: FaceName; text: string }[] = [];
    for (const character of visible(text)) {
      const face = faceOf(character.codePointAt(0) ?? 0, isBold);
      const piece = {
        face: face ?? orders[isBold ? 'bold' : 'regular'][0] ?? 'han',
        text: face ? character : named(character),
      };
      const last = found.at(-1);
      if (last !== undefined && last.face === piece.face) last.text += piece.text;
      else found.push(piece);
    }
    return found;
  }

  function width(text: string, sizePt: number, isBold = false): number {
    let total = 0;
    for (const run of runs(text, isBold)) {
      const face = faces.get(run.face);
      if (face !== undefined) for (const character of run.text) total += advance(face, character);
    }
    return total * sizePt;
  }

  function outlines({ face: name, text }: Run): OutlinedRun {
    const { font } = faces.get(name) ?? loadFace(name);
    const em = font.unitsPerEm;
    const { glyphs, positions } = font.layout(text);
    let pen = 0;
    const placed = glyphs.map((glyph, i) => {
      const at = positions[i];
      const x = pen + (at?.xOffset ?? 0);
      pen += at?.xAdvance ?? glyph.advanceWidth;
      return {
        x: x / em,
        y: (at?.yOffset ?? 0) / em,
        scale: 1 / em,
        commands: glyph.path.commands,
      };
    });
    return { glyphs: placed, advance: pen / em, ascent: font.ascent / em };
  }

  const files = [...faces.values()].map(({ name, bytes }) => ({ name, bytes }));
  return { files, runs, width, outlines };
}

function loadFace(name: FaceName): Face {
  const ofPages = join(__dirname, '..', 'renderer', 'assets', basename(FILES[name]));
  const isShared = existsSync(ofPages);
  const bytes = readFileSync(isShared ? ofPages : createRequire(__filename).resolve(FILES[name]));
  const font = create(bytes);
  if (!('hasGlyphForCodePoint' in font)) throw new Error('font collection');
  return { name, bytes, font, advances: new Map() };
}

function advance(face: Face, character: string): number {
  const codePoint = character.codePointAt(0) ?? 0;
  const known = face.advances.get(codePoint);
  if (known !== undefined) return known;
  const em = face.font.glyphForCodePoint(codePoint).advanceWidth / face.font.unitsPerEm;
  face.advances.set(codePoint, em);
  return em;
}

/** Direction marks and other format characters have no shape: they are dropped, line breaks become spaces. */
function visible(text: string): string {
  return text.replace(/[\p{Cf}]/gu, '').replace(/\p{Cc}+/gu, ' ');
}

function named(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `〔U+${hex}〕`;
}
