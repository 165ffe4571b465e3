/** Longest text that is looked at, characters. A QR code holds 7,089 digits at most (ISO/IEC 18004, version 40-L). */
export const MAX_PAYLOAD = 8_000;

/**
 * What nobody sees and what turns the order of what is seen: controls but tab and line ends, direction marks and
 * overrides, zero-width marks, fillers, tag characters. Joiners of scripts stay: names need them.
 */
const HIDDEN =
  /(?![\t\n\r])\p{Cc}|\p{Bidi_Control}|\u034f|[\u00ad\u115f\u1160\u180e\u200b\u2028\u2029\u2060-\u206f\u3164\ufeff\uffa0]|[\u{e0000}-\u{e007f}]/gu;

export interface CleanText {
  readonly text: string;
  /** Something invisible was in it, and was left out. */
  readonly hasHidden: boolean;
}

/** A scanned or pasted text without what is invisible, in compatibility form, runs of spaces made one. */
export function cleanText(raw: string): CleanText {
  // Lone surrogates are no characters; whoever sends them means to confuse.
  const whole = raw.replace(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu,
    '\u200b',
  );
  const visible = whole.replace(HIDDEN, '');
  const text = visible
    .normalize('NFKC')
    .replace(/\r\n?/gu, '\n')
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ?\n[\s]*/gu, '\n')
    .trim();
  return { text, hasHidden: visible.length !== raw.length };
}
