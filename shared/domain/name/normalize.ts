/** Every mark that sources use for the dot within a name; the first is the one we keep. */
const NAME_DOT = '·';
// U+00B7 itself, U+2022 •, U+2027 ‧, U+2219 ∙, U+22C5 ⋅, U+30FB ・, U+FF65 ･, U+FF0E ., U+0387 ·, U+1427 ᐧ
const DOT_VARIANTS = /\s*[\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65\uff0e\u0387\u1427]\s*/g;
const FULL_WIDTH = /[\uff01-\uff5e]/g;
/** Zero-width and direction marks that ride along in pasted text. ZWNJ and ZWJ stay: scripts need them. */
const INVISIBLE = /[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
const HAN_GAP = /(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu;
const PLAIN_HAN = /^[\u4e00-\u9fff]+$/;

/**
 * One spelling for each name: NFC, full-width to half-width, every name dot to U+00B7 without
 * spaces around it, no spaces between Han characters, others single, none at the ends.
 */
export function normalizeName(name: string): string {
  if (PLAIN_HAN.test(name)) return name;
  return name
    .replace(INVISIBLE, '')
    .normalize('NFC')
    .replace(DOT_VARIANTS, NAME_DOT)
    .replace(FULL_WIDTH, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/(?<=\p{Script=Han})\.(?=\p{Script=Han})/gu, NAME_DOT)
    .replace(/\s+/g, ' ')
    .replace(HAN_GAP, '')
    .trim()
    .normalize('NFC'); // again: a mark may have met its letter only now
}

/** The code points of a text, each as a string: CJK extension characters stay whole. */
export function characters(name: string): string[] {
  return [...name];
}

export function isNameDot(character: string): boolean {
  return character === NAME_DOT;
}
