import { type Cipheriv, createCipheriv, createHash } from 'node:crypto';
import { ID_TYPES, type PersonPrivate } from '../../shared/domain/model';
import { BLIND_KINDS, type BlindKeys, type BlindKind } from './field-keys';

/**
 * Blind tags: equality search over values that are never stored in plain. A tag is a PRF of the fragment,
 * one AES-256 block (FIPS 197; ECB is right here because every block is a PRF input of its own), cut to
 * 48 bits so that it is an INTEGER in SQLite and exact in a double. A tag hides the value from who lacks the
 * key, not that two rows share a fragment. Tags narrow; the reveal service confirms (a chance hit among a
 * million rows: one in 2.8 × 10⁸).
 *
 * Block = u8 length | up to 20 characters of U+0020…U+005F in 6 bits each | zeros; anything else:
 * 0xFF | first 15 bytes of SHA-256. Both are injective (the latter up to collisions).
 */
const BLOCK = 16;
const ROWS_PER_PASS = 65_536;
const MAX_PACKED_CHARACTERS = 20;
const PLAIN_ID = /^[0-9A-Z]+$/;

/** Tags of one column by kind; 0: the row has no such fragment. */
export type BlindColumns = Readonly<Record<BlindKind, Float64Array>>;

/** Tags of a column of persons; null rows have none. Measured: 3 million tags a second. */
export function blindColumns(
  values: readonly (PersonPrivate | null)[],
  keys: BlindKeys,
): BlindColumns {
  const texts = values.map((value) => (value === null ? undefined : fragmentsOf(value)));
  const column = (kind: BlindKind) => {
    const tags = new Float64Array(values.length);
    for (let first = 0; first < values.length; first += ROWS_PER_PASS)
      tagPass(texts, kind, keys[kind], first, tags.subarray(first, first + ROWS_PER_PASS));
    return tags;
  };
  return Object.fromEntries(BLIND_KINDS.map((kind) => [kind, column(kind)])) as Record<
    BlindKind,
    Float64Array
  >;
}

/** Tag of one typed fragment, normalised as the columns are; 0 for empty text. */
export function blindTag(kind: BlindKind, text: string, key: Uint8Array): number {
  return new BlindTagger(key).tag(kind, text);
}

/** Tags of fragments one by one under one key: setting a cipher up costs ten times what a tag does. */
export class BlindTagger {
  private readonly cipher: Cipheriv;

  /** The key goes on in the cipher: a tagger is let go of together with its key. */
  constructor(key: Uint8Array) {
    this.cipher = cipherOf(key);
  }

  /** As blindTag. */
  tag(kind: BlindKind, text: string): number {
    const normal = kind === 'phone' || kind === 'phoneLast4' ? normalPhone(text) : normalId(text);
    if (normal === '') return 0;
    const block = new Uint8Array(BLOCK);
    packBlock(normal, block, 0);
    return readTag(this.cipher.update(block), 0);
  }
}

/** As blindTag, for many texts under one key: a cipher is set up once. 0 where a text is empty. */
export function blindTags(
  kind: BlindKind,
  texts: readonly string[],
  key: Uint8Array,
): Float64Array {
  const normal = kind === 'phone' || kind === 'phoneLast4' ? normalPhone : normalId;
  const fragments = texts.map((text) => ({ [kind]: normal(text) }));
  const tags = new Float64Array(texts.length);
  tagPass(fragments, kind, key, 0, tags);
  return tags;
}

type Fragments = Readonly<Partial<Record<BlindKind, string>>>;

function fragmentsOf(value: PersonPrivate): Fragments {
  const whole = normalId(value.idNumber);
  const phone = value.phone === undefined ? '' : normalPhone(value.phone);
  const isResident = value.idType === ID_TYPES['resident-id'];
  return {
    whole,
    ...(isResident && whole.length === 18
      ? { region6: whole.slice(0, 6), birth8: whole.slice(6, 14) }
      : {}),
    // First-generation numbers (GB 11643-1989) have a two-digit year of the last century.
    ...(isResident && whole.length === 15
      ? { region6: whole.slice(0, 6), birth8: `19${whole.slice(6, 12)}` }
      : {}),
    ...(whole.length > 4 ? { last4: whole.slice(-4) } : {}),
    ...(whole.length > 6 ? { last6: whole.slice(-6) } : {}),
    phone,
    ...(phone.length > 4 ? { phoneLast4: phone.slice(-4) } : {}),
  };
}

/** Upper case, full-width characters folded, spaces and hyphens dropped: as people type and print it. */
function normalId(text: string): string {
  return PLAIN_ID.test(text) ? text : text.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '');
}

/** Digits only, without the country code. */
function normalPhone(text: string): string {
  const digits = /^\d+$/.test(text) ? text : text.normalize('NFKC').replace(/\D/g, '');
  return digits.length === 13 && digits.startsWith('86') ? digits.slice(2) : digits;
}

function tagPass(
  texts: readonly (Fragments | undefined)[],
  kind: BlindKind,
  key: Uint8Array,
  first: number,
  tags: Float64Array,
): void {
  const blocks = new Uint8Array(tags.length * BLOCK);
  for (let i = 0; i < tags.length; i++) {
    const text = texts[first + i]?.[kind];
    if (text !== undefined && text !== '') packBlock(text, blocks, i * BLOCK);
  }
  const sealed = encryptBlocks(blocks, key);
  // Byte 0 of a packed block is never 0, so it tells the rows that have the fragment.
  for (let i = 0; i < tags.length; i++)
    if (blocks[i * BLOCK] !== 0) tags[i] = readTag(sealed, i * BLOCK);
  blocks.fill(0);
}

function packBlock(text: string, out: Uint8Array, at: number): void {
  if (text.length <= MAX_PACKED_CHARACTERS && packSixBits(text, out, at + 1)) {
    out[at] = text.length;
    return;
  }
  const digest = createHash('sha256').update(text, 'utf8').digest();
  out.set(digest.subarray(0, BLOCK - 1), at + 1);
  out[at] = 0xff;
}

/** False, with some bytes written, when a character is outside U+0020…U+005F. */
function packSixBits(text: string, out: Uint8Array, at: number): boolean {
  let pending = 0;
  let pendingBits = 0;
  let to = at;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) - 0x20;
    if (code < 0 || code > 63) return false;
    pending = ((pending << 6) | code) & 0xffff;
    pendingBits += 6;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      out[to++] = pending >> pendingBits;
    }
  }
  if (pendingBits > 0) out[to] = pending << (8 - pendingBits);
  return true;
}

function cipherOf(key: Uint8Array): Cipheriv {
  const cipher = createCipheriv('aes-256-ecb', key, null);
  // Whole blocks come out as they go in: it has no end to wait for.
  cipher.setAutoPadding(false);
  return cipher;
}

const encryptBlocks = (blocks: Uint8Array, key: Uint8Array): Buffer => cipherOf(key).update(blocks);

/** 48 bits; 0 stands for "none" in the store, so the one value in 2⁴⁸ becomes 1. */
function readTag(blocks: Buffer, at: number): number {
  return blocks.readUIntBE(at, 6) || 1;
}
