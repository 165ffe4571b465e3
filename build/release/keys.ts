import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type ReleaseEnvelope, releaseBytes } from '../../shared/protocol/release-metadata';

/** Below this a stolen key file is tried out in a weekend. */
const PASSPHRASE_MIN = 16;

export interface PublicKey {
  /** SHA-256 of the raw key. */
  readonly keyid: string;
  /** 32 bytes as hex. */
  readonly key: string;
}

export interface SigningKey extends PublicKey {
  /** The envelope with this key's signature; one that it had made before is replaced. */
  sign(envelope: ReleaseEnvelope): ReleaseEnvelope;
}

/**
 * Makes a key pair in a folder: `<name>.key.pem` (PKCS#8, encrypted) and `<name>.pub.json`. Throws where one is there
 * already, the passphrase is short, or the folder lies in a working copy of git.
 */
export function makeKey(folder: string, name: string, passphrase: string): PublicKey {
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(name)) throw new Error('a name of small letters, please');
  if (passphrase.length < PASSPHRASE_MIN)
    throw new Error(`a passphrase of at least ${PASSPHRASE_MIN} characters, please`);
  const repository = repositoryOf(resolve(folder));
  if (repository !== undefined)
    throw new Error(`${folder} lies in the working copy ${repository}: keys never belong there`);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase,
  });
  const own = publicOf(publicKey.export({ type: 'spki', format: 'der' }));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.key.pem`), pem, { flag: 'wx', mode: 0o600 });
  writeFileSync(join(folder, `${name}.pub.json`), `${JSON.stringify(own, null, 2)}\n`, {
    flag: 'wx',
  });
  return own;
}

/** Opens a private key. Throws for a wrong passphrase or a key that is not Ed25519. */
export function readKey(path: string, passphrase: string): SigningKey {
  const privateKey = createPrivateKey({ key: readFileSync(path), passphrase });
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`${path} is no Ed25519 key`);
  const own = publicOf(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }));
  return {
    ...own,
    sign: ({ signed, signatures }) => {
      const sig = sign(null, releaseBytes(signed), privateKey).toString('hex');
      const others = signatures.filter(({ keyid }) => keyid !== own.keyid);
      return { signed, signatures: [...others, { keyid: own.keyid, sig }] };
    },
  };
}

/** Reads what `makeKey` wrote for others. Throws where the name does not fit the key. */
export function readPublicKey(path: string): PublicKey {
  const { keyid, key } = JSON.parse(readFileSync(path, 'utf8')) as PublicKey;
  if (!/^[0-9a-f]{64}$/.test(key) || keyIdOf(Buffer.from(key, 'hex')) !== keyid)
    throw new Error(`${path} is no public key of a release`);
  return { keyid, key };
}

function publicOf(spki: Buffer): PublicKey {
  const raw = spki.subarray(-32);
  return { keyid: keyIdOf(raw), key: raw.toString('hex') };
}

const keyIdOf = (raw: Uint8Array): string => createHash('sha256').update(raw).digest('hex');

function repositoryOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}
