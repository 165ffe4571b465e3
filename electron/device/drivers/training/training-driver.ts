import { createECDH, createPrivateKey, type KeyObject, randomBytes } from 'node:crypto';
import { toTokenCertificate } from '../../certificate';
import {
  done,
  failed,
  type KeyUse,
  type Outcome,
  type PinStatus,
  type SigningSession,
  type TokenDriver,
  type TokenInfo,
} from '../../driver';
import { ephemeralPoint, openEcWrapped } from '../../key-wrap';
import { makeTrainingIdentity, type TrainingHolder } from './certificates';
import {
  MAX_PIN_TRIES,
  openKey,
  readKeyFile,
  sealKey,
  type TrainingKeyFile,
  writeKeyFile,
} from './key-file';
import { signPrehashed } from './prehashed';

const KEY_REF = 'training';
const MIN_PIN_BYTES = 4;
const MAX_PIN_BYTES = 64;

export interface TrainingOptions {
  /** The practice office's own user-data folder. */
  readonly directory: string;
  /** Anywhere but in the practice office every call answers `practice-only`. */
  readonly isPracticeOffice: boolean;
  readonly nowMs?: () => number;
}

export interface TrainingKeyRequest {
  readonly directory: string;
  readonly holder: TrainingHolder;
  readonly pin: Uint8Array;
  readonly nowMs: number;
}

/** Makes the installation's practice key, replacing an older one; the PIN is filled with 0. */
export async function createTrainingKey(request: TrainingKeyRequest): Promise<Outcome<TokenInfo>> {
  const { pin, directory, holder, nowMs } = request;
  if (pin.length < MIN_PIN_BYTES || pin.length > MAX_PIN_BYTES) {
    pin.fill(0);
    return failed({ kind: 'pin-length' });
  }
  const identity = makeTrainingIdentity(holder, nowMs);
  const file: TrainingKeyFile = {
    format: 'fieldcert-training-key',
    version: 1,
    serial: randomBytes(8).toString('hex').toUpperCase(),
    label: `练习 ${holder.name}`.slice(0, 64),
    ...(await sealKey(identity.pkcs8, pin)),
    certificate: Buffer.from(identity.certificate).toString('base64'),
    root: Buffer.from(identity.root).toString('base64'),
    failedTries: 0,
  };
  identity.pkcs8.fill(0);
  pin.fill(0);
  await writeKeyFile(directory, file);
  return done(toTokenInfo(file));
}

/** The software key of the practice office. Its certificates carry the practice policy: nothing it signs has effect. */
export function createTrainingDriver(options: TrainingOptions): TokenDriver {
  const nowMs = options.nowMs ?? Date.now;

  async function withFile<T>(
    tokenId: string,
    work: (file: TrainingKeyFile) => Promise<Outcome<T>> | Outcome<T>,
  ): Promise<Outcome<T>> {
    if (!options.isPracticeOffice) return failed({ kind: 'practice-only' });
    const file = await readKeyFile(options.directory);
    return file === undefined || tokenIdOf(file) !== tokenId
      ? failed({ kind: 'no-token' })
      : work(file);
  }

  const isSameKeyPresent = async (serial: string) =>
    (await readKeyFile(options.directory))?.serial === serial;

  return {
    id: 'training',
    list: async () => {
      if (!options.isPracticeOffice) return failed({ kind: 'practice-only' });
      const file = await readKeyFile(options.directory);
      return done(file === undefined ? [] : [toTokenInfo(file)]);
    },
    certs: (tokenId) =>
      withFile(tokenId, (file) => {
        const der = Buffer.from(file.certificate, 'base64');
        return done([
          toTokenCertificate(KEY_REF, der, [Buffer.from(file.root, 'base64')], true, nowMs()),
        ]);
      }),
    pinStatus: (tokenId) => withFile(tokenId, (file) => done(pinStatusOf(file))),
    openSigning: (use) =>
      withFile(use.tokenId, async (file): Promise<Outcome<SigningSession>> => {
        const opened = await unlock(options.directory, file, use);
        if (!opened.ok) return opened;
        let key: KeyObject | undefined = opened.value;
        return done({
          sign: async (digest, signal) => {
            if (signal.aborted) return failed({ kind: 'cancelled' });
            if (key === undefined || !(await isSameKeyPresent(file.serial))) {
              return failed({ kind: 'token-removed' });
            }
            return done(signPrehashed(key, digest));
          },
          close: async () => {
            key = undefined;
          },
        });
      }),
    unwrap: (use, wrapped) =>
      withFile(use.tokenId, async (file): Promise<Outcome<Uint8Array>> => {
        const opened = await unlock(options.directory, file, use);
        if (!opened.ok) return opened;
        const secret = unwrapWith(opened.value, wrapped);
        return secret === undefined
          ? failed({ kind: 'failed', layer: 'wrap', detail: 'not sealed to this key' })
          : done(secret);
      }),
    close: async () => undefined,
  };
}

async function unlock(
  directory: string,
  file: TrainingKeyFile,
  use: KeyUse,
): Promise<Outcome<KeyObject>> {
  if (use.signal.aborted) return failed({ kind: 'cancelled' });
  if (use.keyRef !== KEY_REF) return failed({ kind: 'key-missing' });
  if (file.failedTries >= MAX_PIN_TRIES) return failed({ kind: 'pin-locked' });
  if (use.pin.length === 0 || use.pin.length > MAX_PIN_BYTES) return failed({ kind: 'pin-length' });
  // The try is counted before it is made: killing the process must not give it back.
  const failedTries = file.failedTries + 1;
  await writeKeyFile(directory, { ...file, failedTries });
  const pkcs8 = await openKey(file, use.pin);
  if (pkcs8 === undefined) {
    const triesLeft = MAX_PIN_TRIES - failedTries;
    return failed(triesLeft === 0 ? { kind: 'pin-locked' } : { kind: 'pin-wrong', triesLeft });
  }
  await writeKeyFile(directory, { ...file, failedTries: 0 });
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  pkcs8.fill(0);
  return done(key);
}

function unwrapWith(key: KeyObject, wrapped: Uint8Array): Uint8Array | undefined {
  const point = ephemeralPoint(wrapped, 'ES256');
  if (point === undefined) return undefined;
  const scalar = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url');
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(scalar);
  scalar.fill(0);
  return openEcWrapped(wrapped, point.length, ecdh.computeSecret(point));
}

function pinStatusOf(file: TrainingKeyFile): PinStatus {
  const triesLeft = MAX_PIN_TRIES - file.failedTries;
  if (triesLeft <= 0) return { state: 'locked', triesLeft: 0 };
  if (triesLeft === 1) return { state: 'last', triesLeft };
  return { state: triesLeft < MAX_PIN_TRIES ? 'low' : 'ok', triesLeft };
}

function tokenIdOf(file: TrainingKeyFile): string {
  return `training:${file.serial}`;
}

function toTokenInfo(file: TrainingKeyFile): TokenInfo {
  return {
    tokenId: tokenIdOf(file),
    driver: 'training',
    label: file.label,
    serial: file.serial,
    manufacturer: 'FieldCert',
    model: '练习',
    isPractice: true,
  };
}
