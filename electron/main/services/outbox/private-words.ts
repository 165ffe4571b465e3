import { utf8Bytes } from '../../../../shared/kernel/bytes';
import { openGcm, sealGcm } from '../../../crypto/aead';
import { hkdf } from '../../../crypto/hkdf';
import type { KeyRing } from '../../../crypto/key-ring';

/** How a sealed text begins; what is kept here is JSON, which never does. */
const PREFIX = 'sealed:1:';

/**
 * Words that stay in the journal: what somebody wrote for the centre until it is judged, ID numbers among it. The
 * journal's key is in the slots of administrators too, who may open no certificate data; so the words are sealed under
 * a key from K_region, which the working roles alone hold and no rotation on the device changes.
 *
 *   text = "sealed:1:" | base64(AES-256-GCM(HKDF(K_region, "fieldcert words of the journal v1"), words, aad = place))
 *
 * `place` names where the text belongs (`wordsPlace`), so that none can be put in the place of another. A session
 * without K_region is an administrator's: what he writes himself is no certificate data and stays as it is.
 */
export function sealWords(keys: KeyRing, place: string, words: string): string {
  const key = wordsKey(keys);
  if (key === undefined) return words;
  try {
    return PREFIX + Buffer.from(sealGcm(key, utf8Bytes(words), aadOf(place))).toString('base64');
  } finally {
    key.fill(0);
  }
}

/** What `sealWords` kept, or words from before it; undefined where this session may not or they were altered. */
export function openWords(keys: KeyRing, place: string, text: string): string | undefined {
  if (!isSealed(text)) return text;
  const key = wordsKey(keys);
  if (key === undefined) return undefined;
  try {
    const sealed = Buffer.from(text.slice(PREFIX.length), 'base64');
    const opened = openGcm(key, sealed, aadOf(place));
    if (opened === undefined) return undefined;
    const words = Buffer.from(opened.buffer, opened.byteOffset, opened.length).toString('utf8');
    opened.fill(0);
    return words;
  } finally {
    key.fill(0);
  }
}

export function isSealed(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** The place of what somebody wrote in a command. */
export function wordsPlace(dseq: number, kind: string): string {
  return `command|${dseq}|${kind}`;
}

const aadOf = (place: string): string => `fieldcert words v1|${place}`;

function wordsKey(keys: KeyRing): Uint8Array | undefined {
  const region = keys.peek('region');
  return region && hkdf(region, 'fieldcert words of the journal v1', 32);
}
