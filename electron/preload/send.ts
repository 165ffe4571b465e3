import { ipcRenderer } from 'electron';
import { type BoxSubtle, boxContext, sealBox } from '../../shared/protocol/sealed-box';
import { INVOKE, SECRET } from './channels';

/** Longer bytes are files, not secrets (SecretSchema). */
const MAX_SECRET_BYTES = 256;

/**
 * Asks main. Passwords and PINs go over the channel sealed to a key that main makes for this call: the
 * messages themselves are copied where nobody clears them. What came over from the page is a copy of this
 * side, and is cleared.
 */
export async function send(route: string, input: unknown): Promise<unknown> {
  const secrets: Uint8Array[] = [];
  const rest = withoutSecrets(input, secrets);
  if (secrets.length === 0) return ipcRenderer.invoke(INVOKE, route, input);
  try {
    const { id, spki } = (await ipcRenderer.invoke(SECRET)) as { id: string; spki: Uint8Array };
    const subtle = crypto.subtle as unknown as BoxSubtle<CryptoKey>;
    const boxes: Uint8Array[] = [];
    for (const secret of secrets) {
      boxes.push(await sealBox(subtle, spki, secret, boxContext.pageSecret));
    }
    return await ipcRenderer.invoke(INVOKE, route, rest, { id, boxes });
  } finally {
    for (const secret of secrets) secret.fill(0);
  }
}

/** The input with marks in place of its secrets, which are collected. */
function withoutSecrets(value: unknown, secrets: Uint8Array[], depth = 0): unknown {
  if (value instanceof Uint8Array && value.length <= MAX_SECRET_BYTES) {
    return { $secret: secrets.push(value) - 1 };
  }
  const isPlain = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
  if (!isPlain || Array.isArray(value) || depth > 1) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, withoutSecrets(one, secrets, depth + 1)]),
  );
}
