import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import type { CodeAlgorithm } from '../../shared/protocol/compact-code';
import type { SecretPlace } from '../keys/secret-place';
import { kidFor } from './code-key-file';

/** A key under which compact codes of this centre count. */
export interface CodeKey {
  readonly alg: CodeAlgorithm;
  readonly kid: string;
  /** As CodeIssuerSchema has it. */
  readonly key: string;
  /** r ‖ s, 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array;
}

function es256(place: SecretPlace): CodeKey {
  const name = 'code-es256.key.pem';
  const kept = place.read(name);
  const made = kept === undefined ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : undefined;
  const privateKey = kept === undefined ? made?.privateKey : createPrivateKey(kept);
  if (privateKey === undefined) throw new Error('code key');
  if (made !== undefined)
    place.write(name, Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  const key = createPublicKey(privateKey)
    .export({ type: 'spki', format: 'der' })
    .toString('base64');
  return {
    alg: 'ES256',
    kid: kidFor('ES256', key),
    key,
    sign: (bytes) => sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  };
}

function sm2Key(place: SecretPlace): CodeKey {
  const name = 'code-sm2.key.hex';
  const kept = place.read(name)?.toString('latin1');
  const secret = kept ?? sm2.generateKeyPairHex().privateKey;
  if (kept === undefined) place.write(name, Buffer.from(secret, 'latin1'));
  const key = sm2.getPublicKeyFromPrivateKey(secret);
  return {
    alg: 'SM2',
    kid: kidFor('SM2', key),
    key,
    // GB/T 32918.2 with SM3 and the default ID.
    sign: (bytes) =>
      Buffer.from(sm2.doSignature(bytes, secret, { hash: true, publicKey: key }), 'hex'),
  };
}

/** Both keys of this centre, made at first use. */
export function codeKeys(place: SecretPlace): Readonly<Record<CodeAlgorithm, CodeKey>> {
  return { ES256: es256(place), SM2: sm2Key(place) };
}
