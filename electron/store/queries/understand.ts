import { parseIdNumber } from '../../../shared/domain/identity/id-number';
import { normalizeName } from '../../../shared/domain/name/normalize';
import type { BlindKind } from '../../crypto/field-keys';

/** One way in which a typed text can be meant; ways are tried in order until one finds something. */
export type Attempt =
  | { readonly way: 'everything' }
  /** A whole ID number, or a certificate number made of one. */
  | { readonly way: 'id'; readonly values: readonly string[]; readonly onlyTForm: boolean }
  /** A part of an ID number or a phone number; every kind that the digits can be. */
  | { readonly way: 'fragment'; readonly kinds: readonly BlindKind[]; readonly text: string }
  | { readonly way: 'number'; readonly text: string }
  | { readonly way: 'uscc'; readonly text: string }
  | { readonly way: 'pinyin'; readonly text: string }
  | { readonly way: 'name'; readonly text: string }
  | { readonly way: 'mixed'; readonly text: string }
  | { readonly way: 'company'; readonly text: string }
  | { readonly way: 'fuzzy-name'; readonly text: string }
  | { readonly way: 'fuzzy-pinyin'; readonly text: string };

const MAX_LENGTH = 64;
const HALF_CHARACTER = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text without halves of characters: they stand for nothing, and no log can hold them. */
export function wholeCharacters(text: string): string {
  return text.replace(HALF_CHARACTER, '\ufffd');
}

function idAttempts(compact: string): Attempt[] {
  const isT = /^T\d{17}[\dX]$/.test(compact);
  const whole = isT ? compact.slice(1) : compact;
  if (/^\d{17}[\dX]$/.test(whole)) return [{ way: 'id', values: [whole], onlyTForm: isT }];
  if (/^\d{15}$/.test(whole)) {
    const parsed = parseIdNumber(whole);
    return [
      {
        way: 'id',
        values: parsed.ok ? [whole, parsed.value.normalized] : [whole],
        onlyTForm: false,
      },
    ];
  }
  return /^[A-Z]{1,2}\d{7,10}$/.test(whole)
    ? [{ way: 'id', values: [whole], onlyTForm: false }]
    : [];
}

/** Fragments that people have; any other run of digits finds no ID (no oracle digit by digit). */
function fragmentAttempts(compact: string): Attempt[] {
  const fragment = (...kinds: BlindKind[]): Attempt[] => [
    { way: 'fragment', kinds, text: compact },
  ];
  if (/^1\d{10}$/.test(compact)) return fragment('phone');
  if (/^\d{8}$/.test(compact)) return fragment('birth8');
  if (/^\d{6}$/.test(compact)) return fragment('last6', 'region6');
  if (/^\d{5}X$/.test(compact)) return fragment('last6');
  if (/^\d{4}$/.test(compact)) return fragment('last4', 'phoneLast4');
  return /^\d{3}X$/.test(compact) ? fragment('last4') : [];
}

function wordAttempts(plain: string): Attempt[] {
  const latin = plain.toLowerCase().replace(/[\s'’]/g, '');
  const hasHan = /\p{Script=Han}/u.test(plain);
  if (/^[a-zü]+$/.test(latin)) {
    const text = latin.replaceAll('ü', 'v');
    return [
      { way: 'pinyin', text },
      { way: 'company', text: plain },
      { way: 'fuzzy-pinyin', text },
    ];
  }
  if (hasHan && /[a-z]/.test(latin))
    return [
      { way: 'mixed', text: latin.replaceAll('ü', 'v') },
      { way: 'company', text: plain },
    ];
  return [
    { way: 'name', text: plain },
    { way: 'company', text: plain },
    { way: 'fuzzy-name', text: plain },
  ];
}

/** What a typed text can mean, best guess first. Full-width characters and separators do not matter. */
export function understand(typed: string): readonly Attempt[] {
  const plain = normalizeName(wholeCharacters(typed.slice(0, MAX_LENGTH)))
    .replace(/（/g, '(')
    .replace(/）/g, ')');
  if (plain === '') return [{ way: 'everything' }];
  if (!/\d/.test(plain)) return wordAttempts(plain);
  const compact = plain.toUpperCase().replace(/[\s\-—·]/g, '');
  const attempts: Attempt[] = [...idAttempts(compact), ...fragmentAttempts(compact)];
  if (/^[0-9A-HJ-NP-RT-UWXY]{18}$/.test(compact)) attempts.push({ way: 'uscc', text: compact });
  // An all-digit text that is nobody's fragment must not reach the numbers with IDs; own numbers are public.
  attempts.push({ way: 'number', text: compact });
  // Some issuers' own numbers hold hyphens or small letters and are stored as issued.
  if (plain !== compact) attempts.push({ way: 'number', text: plain });
  if (/\p{L}/u.test(plain)) attempts.push({ way: 'company', text: plain });
  return attempts;
}

/** True when suggestions may be given: never while digits are typed. */
export function isSuggestable(typed: string): boolean {
  const plain = normalizeName(typed.slice(0, MAX_LENGTH));
  return plain !== '' && !/\d/.test(plain);
}
