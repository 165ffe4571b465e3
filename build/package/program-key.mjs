import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { say } from '../runtime/say.mjs';

/**
 * The key under which a package's own list of files is signed: that of FIELDCERT_RELEASE_KEY (a file, PEM, Ed25519), or
 * one that is made for this package alone and forgotten.
 * @returns {{ secret: string, open: string }} PKCS#8 DER and the raw public key, both in base64
 */
export function programKey() {
  const named = process.env.FIELDCERT_RELEASE_KEY;
  const secret = named
    ? createPrivateKey(readFileSync(named))
    : generateKeyPairSync('ed25519').privateKey;
  if (secret.asymmetricKeyType !== 'ed25519')
    throw new Error('FIELDCERT_RELEASE_KEY is not an Ed25519 key');
  if (!named)
    say(
      'no FIELDCERT_RELEASE_KEY: the list of files is signed with a key made for this package alone',
    );
  const { x = '' } = createPublicKey(secret).export({ format: 'jwk' });
  return {
    secret: secret.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    open: Buffer.from(x, 'base64url').toString('base64'),
  };
}
