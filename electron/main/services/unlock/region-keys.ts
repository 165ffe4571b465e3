import { RegionKeysSchema } from '../../../../shared/protocol/enrol';
import { emptyKey } from '../../../crypto/key-bytes';

/** Keys of the region as bytes, 32 each; the caller zeroes them. */
export interface RegionKeyBytes {
  readonly region: string;
  readonly keyEpoch: number;
  readonly digestTag: Uint8Array;
  readonly transportPublic: Uint8Array;
  readonly transportPrivate: Uint8Array;
}

const NAMES = ['digestTag', 'transportPublic', 'transportPrivate'] as const;
const BASE64_CHARACTERS = 44;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Reads the opened box of RegionKeys, which is zeroed. The keys never become text, which nobody could clear:
 * they are cut out of the bytes before the rest is parsed. Null for anything but well-formed RegionKeys.
 */
export function readRegionKeys(opened: Uint8Array): RegionKeyBytes | null {
  const json = Buffer.from(opened.buffer, opened.byteOffset, opened.byteLength);
  try {
    const [digestTag, transportPublic, transportPrivate] = NAMES.map((name) => cutKey(json, name));
    if (!digestTag || !transportPublic || !transportPrivate) return null;
    const parsed = RegionKeysSchema.safeParse(JSON.parse(json.toString('utf8')));
    if (!parsed.success) return null;
    const { region, keyEpoch } = parsed.data;
    return { region, keyEpoch, digestTag, transportPublic, transportPrivate };
  } catch {
    return null;
  } finally {
    opened.fill(0);
  }
}

/** The key under a name, which becomes a run of A in the text; undefined where there is none. */
function cutKey(json: Buffer, name: string): Uint8Array | undefined {
  const label = json.indexOf(`"${name}"`);
  if (label < 0) return undefined;
  const start = json.indexOf('"', label + name.length + 2) + 1;
  const text = json.subarray(start, start + BASE64_CHARACTERS);
  if (start === 0 || text.length !== BASE64_CHARACTERS) return undefined;
  const key = emptyKey(32);
  let bits = 0;
  let pending = 0;
  let at = 0;
  for (const character of text.subarray(0, BASE64_CHARACTERS - 1)) {
    const value = ALPHABET.indexOf(String.fromCharCode(character));
    if (value < 0) return undefined;
    pending = (pending << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      key[at++] = pending >> bits;
      pending &= (1 << bits) - 1;
    }
  }
  text.fill('A');
  return key;
}
