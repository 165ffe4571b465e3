import { OPEN_FIELDS, tellsOfRecords } from '../../../../shared/domain/audit/content';
import { AppError } from '../../../../shared/errors/app-error';
import { openGcm, sealGcm } from '../../../crypto/aead';
import type { ReadableDb, WritableDb } from '../../database';
import { fetchLostAnew, payResidue, SEALED_KIND, wasSealed } from './lost';
import { sealOldWords } from './seal-old';
import { WordKey, wrapKeyOf } from './word-key';

/** Begins a sealed text: nobody can type it, and no JSON begins so. */
export const SEALED_MARK = '\u0001';
const AAD = 'fieldcert word v1|';

export function isSealed(text: string): boolean {
  return text.startsWith(SEALED_MARK);
}

/** Field of an audit entry's content that holds the rest of it, sealed. */
const REST = 'words';

type Payload = Readonly<Record<string, unknown>>;

/**
 * Seals what people wrote and looked for, so that the journal's key alone, which administrators hold too, does not open
 * it. A session without the slice's key seals nothing (what it writes is its own and no certificate's) and opens nothing.
 */
export class Words {
  private key: WordKey | null = null;

  /** Takes the word key up for a session that holds slice keys, and seals what lies there in clear. */
  take(db: WritableDb, sliceKeys: readonly Uint8Array[], how: Taking = {}): void {
    this.attach(db);
    if (sliceKeys.length === 0) return;
    this.key = WordKey.take(db, sliceKeys.map(wrapKeyOf), wasSealed(db));
    for (const key of sliceKeys) key.fill(0);
    if (this.key.isInPlaceOfLost) {
      fetchLostAnew(db);
      how.note?.('words-lost', { place: 'key' });
    }
    if (!this.key.isDone) this.sealOld(db, this.key, how);
    payResidue(db);
  }

  private sealOld(db: WritableDb, key: WordKey, { tell = () => undefined, note }: Taking): void {
    const { rows, isWhole } = sealOldWords(db, (text, place) => this.seal(text, place), tell);
    // What the disk refused is tried at the next opening; until then what lies there in clear is read as it is.
    if (!isWhole) return;
    db.transaction(() => {
      if (rows > 0) note?.(SEALED_KIND, { rows });
      key.markDone(db);
    });
  }

  /** Words that only open, of a file that is not in use as a journal; undefined where no key opens its word key. Keys stay the caller's. */
  static reading(db: WritableDb, sliceKeys: readonly Uint8Array[]): Words | undefined {
    const key = WordKey.find(db, sliceKeys.map(wrapKeyOf));
    if (key === undefined) return undefined;
    const words = new Words();
    words.key = key;
    return words;
  }

  /** What rests in a place, opened where it can be; otherwise as it lies. */
  readable(value: string, place: string): string {
    return isSealed(value) ? (this.opened(value, place) ?? value) : value;
  }

  /** A change of the journal's key opened another connection. */
  attach(db: WritableDb): void {
    HELD.set(db, this);
  }

  /** The slice's next key opens the words too from here on. */
  expect(db: WritableDb, nextSliceKey: Uint8Array): void {
    this.key?.addWrap(db, wrapKeyOf(nextSliceKey));
    nextSliceKey.fill(0);
  }

  /** A text as it rests in its place: it opens nowhere else. In clear where the session holds no key. */
  seal(text: string, place: string): string {
    if (this.key === null) return text;
    const plain = Buffer.from(text, 'utf8');
    const sealed = sealGcm(this.key.key, plain, AAD + place);
    plain.fill(0);
    return SEALED_MARK + Buffer.concat([this.key.name, sealed]).toString('base64');
  }

  /**
   * What rests in a place; null where this session may not read it, and where the key is gone that it is under: whoever lost
   * a page of the journal goes on without what nobody can read. Throws SEALED_VALUE_ALTERED for what was changed or comes
   * from another place, and for a text in clear where none can be but one that somebody put there.
   */
  open(value: string, place: string): string | null {
    if (!isSealed(value)) {
      if (this.isDone) throw altered(place);
      return value;
    }
    if (this.underOurs(value) === null) return null;
    const text = this.opened(value, place);
    if (text === null) throw altered(place);
    return text;
  }

  /** What this session's key sealed, without the key's name; null for what is under another one. */
  private underOurs(value: string): Uint8Array | null {
    if (this.key === null) return null;
    const { name } = this.key;
    const bytes = Buffer.from(value.slice(SEALED_MARK.length), 'base64');
    return name.equals(bytes.subarray(0, name.length)) ? bytes.subarray(name.length) : null;
  }

  /** As `open`, for lists, which go on without one of their texts: null for what was altered too. */
  openOrNull(value: string, place: string): string | null {
    if (isSealed(value)) return this.opened(value, place);
    return this.isDone ? null : value;
  }

  /** The session holds the key. */
  get isOpen(): boolean {
    return this.key !== null;
  }

  /** Everything is sealed: a text in clear is one that a session without the key wrote, or somebody by hand. */
  get isDone(): boolean {
    return this.key?.isDone === true;
  }

  private opened(value: string, place: string): string | null {
    const sealed = this.underOurs(value);
    if (this.key === null || sealed === null) return null;
    const plain = openGcm(this.key.key, sealed, AAD + place);
    if (plain === undefined) return null;
    const text = Buffer.from(plain.buffer, plain.byteOffset, plain.length).toString('utf8');
    plain.fill(0);
    return text;
  }

  /** An audit entry's content as it is chained: of what tells of records, texts and lists are sealed. */
  sealContent(kind: string, payload: Payload, seq: number): Payload {
    if (this.key === null || !tellsOfRecords(kind)) return payload;
    const fields = Object.entries(payload);
    const isOpen = ([name, value]: [string, unknown]) =>
      OPEN.has(name) || value === null || typeof value === 'number' || typeof value === 'boolean';
    const rest = fields.filter((field) => !isOpen(field));
    if (rest.length === 0) return payload;
    const text = JSON.stringify(Object.fromEntries(rest));
    const open = Object.fromEntries(fields.filter(isOpen));
    return { ...open, [REST]: this.seal(text, contentPlace(seq)) };
  }

  /**
   * JSON of an audit entry's content with what was sealed of it; as it is where this session may not read that. Of one that was
   * altered the open part: the chain tells of the place, and the rest of the log stays readable.
   */
  openContent(payload: string, seq: number): string {
    const content = this.key === null ? null : objectIn(payload);
    if (content === null) return payload;
    const { [REST]: sealed, ...open } = content;
    if (typeof sealed !== 'string' || !isSealed(sealed)) return payload;
    const rest = this.opened(sealed, contentPlace(seq));
    return JSON.stringify(rest === null ? open : { ...open, ...(JSON.parse(rest) as Payload) });
  }

  zero(): void {
    this.key?.zero();
    this.key = null;
  }
}

/** What is told of a first sealing, and noted in the log. */
export interface Taking {
  readonly tell?: ((done: number, total: number) => void) | undefined;
  readonly note?: (kind: string, payload: Payload) => void;
}

function objectIn(json: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const OPEN: ReadonlySet<string> = new Set<string>(OPEN_FIELDS);
const contentPlace = (seq: number): string => `audit|${seq}`;

/** Whose words a connection's are: everything that writes the journal has the connection. */
const HELD = new WeakMap<ReadableDb, Words>();
const NONE = new Words();

/** The words of a journal's connection; ones without a key for a file that is not in use as a journal. */
export function wordsOf(db: ReadableDb): Words {
  return HELD.get(db) ?? NONE;
}

function altered(place: string): AppError {
  return new AppError('SEALED_VALUE_ALTERED', {}, place.split('|')[0]);
}
