import { createHmac } from 'node:crypto';

/** A name of a text that tells nothing of it without the secret: HMAC-SHA-256, hex. Other texts than streams' purposes. */
export function keyedName(secret: Uint8Array, text: string): string {
  return createHmac('sha256', secret).update(`name|${text}`, 'utf8').digest('hex');
}

/**
 * Bytes that only who holds the key can foretell, the same for the same key and purpose: HMAC-SHA-256 of a counter under
 * a key derived for the purpose (a pseudo-random function in counter mode, NIST SP 800-108 r1 section 4.1).
 * The derived key is zeroed by `end`.
 */
export class KeyedStream {
  private readonly key: Uint8Array;
  private block: Uint8Array = new Uint8Array(0);
  private at = 0;
  private counter = 0n;

  constructor(secret: Uint8Array, purpose: string) {
    this.key = new Uint8Array(createHmac('sha256', secret).update(purpose, 'utf8').digest());
  }

  readonly next = (): number => {
    if (this.at === this.block.length) {
      const counter = new DataView(new ArrayBuffer(8));
      counter.setBigUint64(0, this.counter++);
      const bytes = new Uint8Array(counter.buffer);
      this.block = new Uint8Array(createHmac('sha256', this.key).update(bytes).digest());
      this.at = 0;
    }
    return this.block[this.at++] ?? 0;
  };

  end(): void {
    this.key.fill(0);
    this.block.fill(0);
  }
}
