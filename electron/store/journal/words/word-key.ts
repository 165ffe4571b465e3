import { timingSafeEqual } from 'node:crypto';
import { openGcm, sealGcm } from '../../../crypto/aead';
import { hkdf } from '../../../crypto/hkdf';
import { emptyKey, randomKey } from '../../../crypto/key-bytes';
import type { WritableDb } from '../../database';
import type { WasSealed } from './lost';
import { keepWraps, wrapsIn } from './wraps';

const KEY_BYTES = 32;
const NAME_BYTES = 8;
const WRAP_AAD = 'fieldcert journal word key v1';

/** The key that wraps the word key: made of the slice's, which no administrator's slot holds. */
export function wrapKeyOf(sliceKey: Uint8Array): Uint8Array {
  return hkdf(sliceKey, 'fieldcert journal words v1', KEY_BYTES);
}

interface Found {
  readonly key: Uint8Array;
  /** What was there before was sealed too: a text in clear is none of ours. */
  readonly isDone: boolean;
}

/**
 * The random key that seals words, drawn once a journal and wrapped under a key made of each slice key in force: a change
 * of the slice's key wraps it anew and leaves every sealed text as it is. Wraps are written only where they say something
 * else: an opening leaves the file as it was.
 */
export class WordKey {
  /** Says which word key seals a text, or is in a wrap, to who cannot open it. */
  readonly name: Buffer;

  private constructor(
    readonly key: Uint8Array,
    private done: boolean,
    private readonly wraps: Uint8Array[],
    /** Drawn just now though something is sealed already: under one that is not here any more. */
    readonly isInPlaceOfLost: boolean,
  ) {
    this.name = Buffer.from(hkdf(key, 'fieldcert journal word key name v1', NAME_BYTES));
  }

  /**
   * Opens the journal's word key, or draws one where there is none. One that does not open stays beside the new one:
   * whoever still has its slice's key reads what lies under it. Takes the wrap keys over.
   */
  static take(db: WritableDb, wraps: readonly Uint8Array[], was: WasSealed): WordKey {
    const found = find(db, wraps);
    const isLost = found === undefined && was.isThere();
    const isDone = found?.isDone === true || isLost || was.isOver();
    const held = new WordKey(found?.key ?? randomKey(), isDone, [...wraps], isLost);
    held.write(db, found !== undefined && wraps.length === 1);
    return held;
  }

  /** The word key of a file that is only read. Takes the wrap keys over. */
  static find(db: WritableDb, wraps: readonly Uint8Array[]): WordKey | undefined {
    const found = find(db, wraps);
    if (found !== undefined) return new WordKey(found.key, found.isDone, [...wraps], false);
    for (const wrap of wraps) wrap.fill(0);
    return undefined;
  }

  get isDone(): boolean {
    return this.done;
  }

  /** Everything that was there before is sealed; in the caller's transaction. */
  markDone(db: WritableDb): void {
    this.done = true;
    this.write(db, false);
  }

  /** The slice is about to be put under another key: that one opens the words too. */
  addWrap(db: WritableDb, wrap: Uint8Array): void {
    this.wraps.push(wrap);
    this.write(db, false);
  }

  zero(): void {
    for (const key of [this.key, ...this.wraps]) key.fill(0);
  }

  /** One a wrap key. `isSettled`: a change of keys has come to its end, what the former one opened goes. */
  private write(db: WritableDb, isSettled: boolean): void {
    const missing = new Set(this.wraps);
    const kept = wrapsIn(db).filter(({ name, wrapped }) => {
      const wrap = this.wraps.find((one) => this.holds(wrapped, one));
      if (wrap !== undefined && missing.delete(wrap)) return true;
      const isFormer = isSettled && this.name.equals(name);
      return !isFormer && !this.isUnderOurs(wrapped);
    });
    for (const wrap of missing) {
      const plain = emptyKey(KEY_BYTES + 1);
      plain.set(this.key);
      plain[KEY_BYTES] = this.done ? 1 : 0;
      kept.push({ name: this.name, wrapped: sealGcm(wrap, plain, WRAP_AAD) });
      plain.fill(0);
    }
    keepWraps(db, kept);
  }

  private isUnderOurs(wrapped: Uint8Array): boolean {
    return this.wraps.some((wrap) => {
      const found = unwrap(wrapped, wrap);
      found?.key.fill(0);
      return found !== undefined;
    });
  }

  /** Whether a row under that key already says what this one would. */
  private holds(wrapped: Uint8Array, wrap: Uint8Array): boolean {
    const found = unwrap(wrapped, wrap);
    if (found === undefined) return false;
    const isSame = found.isDone === this.done && timingSafeEqual(found.key, this.key);
    found.key.fill(0);
    return isSame;
  }
}

function find(db: WritableDb, wraps: readonly Uint8Array[]): Found | undefined {
  for (const { wrapped } of wrapsIn(db))
    for (const wrap of wraps) {
      const found = unwrap(wrapped, wrap);
      if (found !== undefined) return found;
    }
  return undefined;
}

function unwrap(wrapped: Uint8Array, wrap: Uint8Array): Found | undefined {
  const plain = openGcm(wrap, wrapped, WRAP_AAD);
  if (plain === undefined) return undefined;
  const key = emptyKey(KEY_BYTES);
  key.set(plain.subarray(0, KEY_BYTES));
  const isDone = plain[KEY_BYTES] === 1;
  const isWhole = plain.length === KEY_BYTES + 1;
  plain.fill(0);
  if (isWhole) return { key, isDone };
  key.fill(0);
  return undefined;
}
