import { timingSafeEqual } from 'node:crypto';
import { withEitherKey } from '../sqlcipher';

/** The key that a file is under and, while a rotation runs, the one that is to replace it. Both are taken over. */
export class FileKeys {
  current: Uint8Array;
  private next: Uint8Array | null;

  constructor(current: Uint8Array, next: Uint8Array | null) {
    this.current = current;
    this.next = next;
  }

  /** No other key is expected: the file is under the current one for good. */
  get isSettled(): boolean {
    return this.next === null;
  }

  /** Opens the file with whichever fits; that one is the current one from then on. */
  open<T>(open: (key: Uint8Array) => T): T {
    const { opened, isNext } = withEitherKey(this.current, this.next, open);
    if (isNext) this.settleOnNext();
    return opened;
  }

  /** What is written from now on is under the next key, where there is one. */
  settleOnNext(): void {
    if (this.next === null) return;
    this.current.fill(0);
    this.current = this.next;
    this.next = null;
  }

  /** Takes a copy of the next key; false when the file is under it already. */
  expect(next: Uint8Array): boolean {
    if (timingSafeEqual(this.current, next)) return false;
    this.next?.fill(0);
    this.next = Uint8Array.from(next);
    return true;
  }

  zero(): void {
    this.current.fill(0);
    this.next?.fill(0);
  }
}
