import { generateKeyPairSync, randomUUID, webcrypto } from 'node:crypto';
import { type BoxSubtle, boxContext, openBox } from '../../../shared/protocol/sealed-box';

/** What a preload gets to seal the secrets of one call. */
export interface SecretKey {
  readonly id: string;
  /** SPKI DER, P-256. */
  readonly spki: Uint8Array;
}

/** Asked for and not used: a page that asks for more loses its oldest. */
const MAX_WAITING = 16;
const MAX_BOXES = 8;
const MAX_BOX_BYTES = 512;
const MARK = '$secret';

/**
 * Passwords and PINs cross from a page to main sealed, because Chromium copies every message into buffers
 * that nobody clears. Each call has a key pair of its own, which is forgotten with the call: what is left in
 * memory opens nothing.
 */
export class SecretDoor {
  private readonly waiting = new Map<string, Uint8Array>();

  /** A key for one call. */
  issue(): SecretKey {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const id = randomUUID();
    this.waiting.set(id, privateKey.export({ type: 'pkcs8', format: 'der' }));
    const [oldest] = this.waiting.keys();
    if (this.waiting.size > MAX_WAITING && oldest !== undefined) this.take(oldest)?.fill(0);
    return { id, spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })) };
  }

  /** The input with its secrets in place; as it came where the boxes do not fit, for the schema to refuse. */
  async open(input: unknown, sealed: unknown): Promise<unknown> {
    const { id, boxes } = (sealed ?? {}) as { readonly id?: unknown; readonly boxes?: unknown };
    const pkcs8 = typeof id === 'string' ? this.take(id) : undefined;
    if (pkcs8 === undefined || !isBoxes(boxes)) return input;
    try {
      const subtle = webcrypto.subtle as unknown as BoxSubtle<webcrypto.CryptoKey>;
      const secrets: Uint8Array[] = [];
      for (const box of boxes) {
        const opened = await openBox(subtle, pkcs8, box, boxContext.pageSecret);
        if (!opened.ok) return input;
        secrets.push(opened.value);
      }
      return withSecrets(input, secrets);
    } finally {
      pkcs8.fill(0);
    }
  }

  private take(id: string): Uint8Array | undefined {
    const pkcs8 = this.waiting.get(id);
    this.waiting.delete(id);
    return pkcs8;
  }
}

function isBoxes(value: unknown): value is readonly Uint8Array[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_BOXES &&
    value.every((box) => box instanceof Uint8Array && box.length <= MAX_BOX_BYTES)
  );
}

/** Marks `{ $secret: n }`, on the first two levels of an input, become the n-th secret. */
function withSecrets(value: unknown, secrets: readonly Uint8Array[], depth = 0): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > 2)
    return value;
  if (Object.hasOwn(value, MARK)) return secrets[Number((value as Record<string, unknown>)[MARK])];
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, withSecrets(one, secrets, depth + 1)]),
  );
}
