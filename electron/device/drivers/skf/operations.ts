import type { PinStatus, TokenFailure } from '../../driver';
import { openSm2Wrapped, readSm2Wrapped } from '../../key-wrap-sm2';
import { sha256DigestInfo } from '../../signature-format';
import { cipherBlob, SIGNATURE_BLOB_BYTES, signatureToDer, terminated, ulongWidth } from './blobs';
import { PIN_USER, SAR, SGD_SM4_ECB } from './constants';
import { AnswerProblem, failureOf, SkfError } from './errors';
import type { SkfLibrary } from './library';

const MAX_RSA_BYTES = 512;
/** No token grants more; a larger number is no number of tries. */
const MAX_TRIES = 255;

/** The PIN of an application, as far as the library tells. Throws `SkfError`. */
export async function readPinStatus(library: SkfLibrary, application: bigint): Promise<PinStatus> {
  const most = library.cell();
  const left = library.cell();
  try {
    await library.call('SKF_GetPINInfo', application, PIN_USER, most, left, library.cell());
  } catch (error) {
    if (error instanceof SkfError && error.code === SAR.notSupported) {
      return { state: 'ok', triesLeft: null };
    }
    throw error;
  }
  const triesLeft = triesIn(library, left);
  if (triesLeft === null) return { state: 'ok', triesLeft };
  if (triesLeft === 0) return { state: 'locked', triesLeft };
  if (triesLeft === 1) return { state: 'last', triesLeft };
  return { state: triesLeft < library.ulong(most) ? 'low' : 'ok', triesLeft };
}

/** Gives the PIN to an application; answers why it was refused. The PIN has no NUL in it. */
export async function verifyPin(
  library: SkfLibrary,
  application: bigint,
  pin: Uint8Array,
): Promise<TokenFailure | undefined> {
  const given = terminated(pin);
  // A library that tells nothing leaves this number, which is none.
  const left = library.cell(MAX_TRIES + 1);
  try {
    await library.call('SKF_VerifyPIN', application, PIN_USER, given, left);
    return undefined;
  } catch (error) {
    return failureOf(error, triesIn(library, left));
  } finally {
    given.fill(0);
  }
}

/** Signs e with an SM2 key; DER, not verified yet. Throws `SkfError`, and `AnswerProblem` for what is no signature. */
export async function signSm2(
  library: SkfLibrary,
  container: bigint,
  e: Uint8Array,
): Promise<Uint8Array> {
  const blob = Buffer.alloc(SIGNATURE_BLOB_BYTES);
  await library.call('SKF_ECCSignData', container, Buffer.from(e), e.length, blob);
  return signatureToDer(blob);
}

/** Signs a SHA-256 digest with an RSA key; PKCS#1 v1.5, not verified yet. Throws as `signSm2`. */
export async function signRsa(
  library: SkfLibrary,
  container: bigint,
  digest: Uint8Array,
): Promise<Uint8Array> {
  // The token pads; what it pads is the DigestInfo, at most the modulus less 11 bytes.
  const input = Buffer.from(sha256DigestInfo(digest));
  const output = Buffer.alloc(MAX_RSA_BYTES);
  const length = library.cell(output.length);
  await library.call('SKF_RSASignData', container, input, input.length, output, length);
  const told = library.ulong(length);
  if (told > output.length) throw new AnswerProblem(`SKF_RSASignData tells ${told} bytes`);
  return Uint8Array.from(output.subarray(0, told));
}

/**
 * Opens what `wrapSm2` sealed to the encryption key of a container; undefined when it was altered. By the standard's
 * own functions: import the session key, decrypt with it. Throws `SkfError`.
 */
export async function unwrapSm2(
  library: SkfLibrary,
  container: bigint,
  wrapped: Uint8Array,
): Promise<Uint8Array | undefined> {
  const parts = readSm2Wrapped(wrapped);
  if (parts === undefined) return undefined;
  const width = ulongWidth(await library.read('SKF_ExportPublicKey', container, 0));
  const blob = cipherBlob(parts.sessionKey, width);
  const key = await library.open('SKF_ImportSessionKey', container, SGD_SM4_ECB, blob, blob.length);
  const seed = Buffer.alloc(512);
  try {
    await library.startDecrypting(key, width);
    const block = Buffer.from(parts.block);
    const length = library.cell(block.length);
    await library.call('SKF_Decrypt', key, block, block.length, seed, length);
    if (library.ulong(length) !== block.length) {
      throw new AnswerProblem(`SKF_Decrypt tells ${library.ulong(length)} bytes`);
    }
    return openSm2Wrapped(wrapped, seed.subarray(0, block.length));
  } finally {
    seed.fill(0);
    await library.call('SKF_CloseHandle', key).catch(() => undefined);
  }
}

function triesIn(library: SkfLibrary, cell: Buffer): number | null {
  const tries = library.ulong(cell);
  return tries > MAX_TRIES ? null : tries;
}
