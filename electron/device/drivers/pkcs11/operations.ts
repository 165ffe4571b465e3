import type { SignatureAlgorithm } from '../../driver';
import { ephemeralPoint, openEcWrapped } from '../../key-wrap';
import { ecdsaRawToDer, sha256DigestInfo } from '../../signature-format';
import {
  type Pkcs11Module,
  POINTER_BYTES,
  readUlong,
  ULONG_BYTES,
  ulongCell,
  writePointer,
  writeUlong,
} from './binding';
import { CKA, CKD, CKG, CKK, CKM, CKO, CKU } from './constants';
import { attributeArray, mechanism, readAttribute } from './objects';

const MAX_SIGNATURE_BYTES = 1024;

/** A logged-in session with its key. */
export interface ReadyKey {
  readonly module: Pkcs11Module;
  readonly session: number;
  readonly key: number;
  readonly algorithm: SignatureAlgorithm;
}

/** True for keys that want the PIN again at every use (CKA_ALWAYS_AUTHENTICATE). */
export async function needsPinEachTime(ready: ReadyKey): Promise<boolean> {
  const value = await readAttribute(
    ready.module,
    ready.session,
    ready.key,
    CKA.alwaysAuthenticate,
  ).catch(() => undefined);
  return value?.[0] === 1;
}

/** Gives the PIN for one use of the key. Throws `Pkcs11Error`. */
export async function authenticateUse(ready: ReadyKey, pin: Uint8Array): Promise<void> {
  await ready.module.call('C_Login', ready.session, CKU.contextSpecific, pin, pin.length);
}

/** Signs a digest; DER for EC, PKCS#1 v1.5 for RSA. Throws `Pkcs11Error`. */
export async function signDigest(
  ready: ReadyKey,
  digest: Uint8Array,
  eachTimePin: Uint8Array | undefined,
): Promise<Uint8Array> {
  const isEc = ready.algorithm !== 'RS256';
  const method = mechanism(isEc ? CKM.ecdsa : CKM.rsaPkcs);
  await ready.module.call('C_SignInit', ready.session, method, ready.key);
  if (eachTimePin !== undefined) await authenticateUse(ready, eachTimePin);
  const input = isEc ? Buffer.from(digest) : Buffer.from(sha256DigestInfo(digest));
  const output = Buffer.alloc(MAX_SIGNATURE_BYTES);
  const length = ulongCell(output.length);
  await ready.module.call('C_Sign', ready.session, input, input.length, output, length);
  const signature = Buffer.from(output.subarray(0, readUlong(length)));
  return isEc ? ecdsaRawToDer(signature) : signature;
}

/** Opens what `wrapForToken` sealed to an RSA key: OAEP with SHA-1 (PKCS#11 §2.1.8). Throws `Pkcs11Error`. */
export async function unwrapRsa(
  ready: ReadyKey,
  wrapped: Uint8Array,
  eachTimePin: Uint8Array | undefined,
): Promise<Uint8Array> {
  // CK_RSA_PKCS_OAEP_PARAMS: hashAlg, mgf, source (1 = data specified), pSourceData, ulSourceDataLen.
  const parameters = Buffer.alloc(ULONG_BYTES * 4 + POINTER_BYTES);
  writeUlong(parameters, 0, CKM.sha1);
  writeUlong(parameters, ULONG_BYTES, CKG.mgf1Sha1);
  writeUlong(parameters, ULONG_BYTES * 2, 1);
  await ready.module.call(
    'C_DecryptInit',
    ready.session,
    mechanism(CKM.rsaPkcsOaep, parameters),
    ready.key,
  );
  if (eachTimePin !== undefined) await authenticateUse(ready, eachTimePin);
  const output = Buffer.alloc(MAX_SIGNATURE_BYTES);
  const length = ulongCell(output.length);
  await ready.module.call('C_Decrypt', ready.session, wrapped, wrapped.length, output, length);
  const secret = Uint8Array.from(output.subarray(0, readUlong(length)));
  output.fill(0);
  return secret;
}

/** Opens what `wrapForToken` sealed to a P-256 or P-384 key; undefined when it was altered. Throws `Pkcs11Error`. */
export async function unwrapEc(
  ready: ReadyKey,
  wrapped: Uint8Array,
  eachTimePin: Uint8Array | undefined,
): Promise<Uint8Array | undefined> {
  const found = ephemeralPoint(wrapped, ready.algorithm);
  if (found === undefined) return undefined;
  const point = Buffer.from(found);
  // CK_ECDH1_DERIVE_PARAMS: kdf, sharedDataLen, pSharedData, publicDataLen, pPublicData.
  const parameters = Buffer.alloc(ULONG_BYTES * 3 + POINTER_BYTES * 2);
  writeUlong(parameters, 0, CKD.null);
  writeUlong(parameters, ULONG_BYTES * 2 + POINTER_BYTES, point.length);
  writePointer(parameters, ULONG_BYTES * 3 + POINTER_BYTES, point);
  const attributes = [
    { type: CKA.class, value: ulongCell(CKO.secretKey) },
    { type: CKA.keyType, value: ulongCell(CKK.genericSecret) },
    { type: CKA.token, value: Buffer.from([0]) },
    { type: CKA.sensitive, value: Buffer.from([0]) },
    { type: CKA.extractable, value: Buffer.from([1]) },
    { type: CKA.valueLen, value: ulongCell((point.length - 1) / 2) },
  ];
  const template = attributeArray(attributes);
  const handle = ulongCell();
  if (eachTimePin !== undefined) await authenticateUse(ready, eachTimePin);
  await ready.module.call(
    'C_DeriveKey',
    ready.session,
    mechanism(CKM.ecdh1Derive, parameters),
    ready.key,
    template,
    attributes.length,
    handle,
  );
  const derived = readUlong(handle);
  try {
    const shared = await readAttribute(ready.module, ready.session, derived, CKA.value);
    if (shared === undefined) return undefined;
    const secret = openEcWrapped(wrapped, point.length, shared);
    shared.fill(0);
    return secret;
  } finally {
    await ready.module.call('C_DestroyObject', ready.session, derived).catch(() => undefined);
  }
}
