import { randomBytes } from 'node:crypto';
import { AppError } from '../../../../shared/errors/app-error';
import { err, ok, type Result } from '../../../../shared/kernel/result';
import type { SlotToken } from '../../../crypto/keyslot-parts';
import { wrapForToken } from '../../../device/key-wrap';
import type { DeviceCaller } from '../../clients/device-client';
import { mayGivePin } from './last-try';
import { type PinFailure, tokenError } from './tokens';

/** A token's part of a slot key: 32 random bytes that only the token opens again. */
export interface TokenSecret {
  /** Where the secret is; goes into the keyslot. */
  readonly token: SlotToken;
  /** The caller zeroes it. */
  readonly secret: Uint8Array;
}

export interface TokenKey {
  readonly tokenId: string;
  readonly keyRef: string;
}

/** A key with its PIN, which whoever takes it zeroes. */
export interface PinnedKey extends TokenKey {
  readonly pin: Uint8Array;
}

const SECRET_BYTES = 32;

/**
 * Makes a secret for a key of a connected token, and proves with the PIN that the token opens it: a slot must
 * never depend on a key that cannot unwrap. Throws the token's documented codes; `pin` is zeroed.
 */
export async function makeTokenSecret(
  device: DeviceCaller,
  key: TokenKey,
  pin: Uint8Array,
): Promise<Result<TokenSecret, PinFailure>> {
  try {
    const certificate = await certificateOf(device, key);
    const secret = new Uint8Array(randomBytes(SECRET_BYTES));
    let wrapped: Uint8Array;
    try {
      wrapped = wrapForToken(certificate, secret);
    } catch {
      secret.fill(0);
      throw new AppError('TOKEN_CERTIFICATE_UNUSABLE', {}, 'the key cannot unwrap');
    }
    const opened = await unwrap(device, { ...key, pin, wrapped });
    const isSame = opened.ok && Buffer.compare(opened.value, secret) === 0;
    if (opened.ok) opened.value.fill(0);
    if (isSame) return ok({ token: { ...nameOf(key), wrapped: base64(wrapped) }, secret });
    secret.fill(0);
    if (!opened.ok) return opened;
    throw new AppError('TOKEN_CERTIFICATE_UNUSABLE', {}, 'opened to another secret');
  } finally {
    pin.fill(0);
  }
}

/** As makeTokenSecret; what the token says against it is thrown. */
export async function demandTokenSecret(
  device: DeviceCaller,
  { pin, ...key }: PinnedKey,
): Promise<TokenSecret> {
  const made = await makeTokenSecret(device, key, pin);
  if (!made.ok) throw tokenError(made.error);
  return made.value;
}

/**
 * Opens a slot's token secret with the token that the slot names, in whatever reader it is. `pin` is zeroed; the
 * caller zeroes the secret.
 */
export async function openTokenSecret(
  device: DeviceCaller,
  token: SlotToken,
  pin: Uint8Array,
): Promise<Result<Uint8Array, PinFailure>> {
  try {
    const tokenId = tokenIdOf(token);
    const wrapped = new Uint8Array(Buffer.from(token.wrapped, 'base64'));
    return await unwrap(device, { tokenId, keyRef: token.keyRef, pin, wrapped });
  } finally {
    pin.fill(0);
  }
}

async function unwrap(
  device: DeviceCaller,
  input: PinnedKey & { readonly wrapped: Uint8Array },
): Promise<Result<Uint8Array, PinFailure>> {
  if (!(await mayGivePin(device, input.tokenId))) return err({ kind: 'pin-last-try' });
  const opened = await device.call('unwrap', input);
  return opened.ok ? ok(opened.value) : err(opened.failure);
}

/** As the U-Key process names the token of a slot. */
export function tokenIdOf({ driver, serial }: SlotToken): string {
  return `${driver}:${serial}`;
}

async function certificateOf(device: DeviceCaller, key: TokenKey): Promise<Uint8Array> {
  const listed = await device.call('certs', { tokenId: key.tokenId });
  if (!listed.ok) throw tokenError(listed.failure);
  const found = listed.value.find(({ keyRef }) => keyRef === key.keyRef);
  if (found === undefined) throw new AppError('TOKEN_NO_CERTIFICATE');
  return found.der;
}

/** A token's id is its driver and its serial, which may hold colons of its own. */
function nameOf({ tokenId, keyRef }: TokenKey): Pick<SlotToken, 'driver' | 'serial' | 'keyRef'> {
  const [driver = '', ...serial] = tokenId.split(':');
  return { driver, serial: serial.join(':'), keyRef };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
