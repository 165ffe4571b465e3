import { createHash } from 'node:crypto';
import {
  type Intent,
  intentMessage,
  intentText,
  type SignedIntent,
} from '../../../../shared/protocol/intents';
import type { SignatureAlgorithm, TokenFailure } from '../../../device/driver';
import { CMS_ALGORITHMS, digestBytes } from '../../../jobs/package/cms/algorithms';
import { cmsSigner } from '../../../jobs/package/cms/build';
import { sm2Digest } from '../../../jobs/package/cms/sm2';
import { holds } from '../../../jobs/package/cms/verify';
import type { DeviceCaller } from '../../clients/device-client';
import { type SigningChoice, tokenError } from '../tokens/tokens';
import type { ConfirmOutcome } from './signing-task';

/** More issuers than this are of no use to anybody who has the root. */
const MAX_CERTIFICATES = 5;

type Signed =
  | { readonly ok: true; readonly signed: SignedIntent }
  | { readonly ok: false; readonly outcome: ConfirmOutcome };

/** Signs an intent's canonical form with a key. `pin` is the caller's. */
export async function signIntentWith(
  device: DeviceCaller,
  intent: Intent,
  { shown, chain }: SigningChoice,
  pin: Uint8Array,
): Promise<Signed> {
  const { tokenId, keyRef } = shown;
  return makeSigned(intent, chain, async (digest) => {
    const answer = await device.call('sign', {
      tokenId,
      keyRef,
      pin: pin.slice(),
      digests: [digest],
    });
    return answer.ok ? { ok: true, value: answer.value[0] ?? new Uint8Array() } : answer;
  });
}

/** Makes the envelope by whichever way a digest is signed, and looks whether the signature holds. */
export async function makeSigned(
  intent: Intent,
  chain: readonly Uint8Array[],
  sign: (
    digest: Uint8Array<ArrayBuffer>,
  ) => Promise<
    | { readonly ok: true; readonly value: Uint8Array }
    | { readonly ok: false; readonly failure: TokenFailure }
  >,
): Promise<Signed> {
  const signer = cmsSigner(chain.slice(0, MAX_CERTIFICATES));
  const text = intentText(intent);
  const [own = new Uint8Array()] = signer.certificates;
  const sha256 = createHash('sha256').update(own).digest('hex');
  const message = intentMessage(sha256, text);
  const digest = await digestFor(signer.algorithm, signer.facts.publicKey, message);
  const answer = await sign(Uint8Array.from(digest));
  if (!answer.ok) return { ok: false, outcome: outcomeOf(answer.failure) };
  // A token that signs something else than it was given is found here, not at the centre.
  if (!(await holds(signer, message, answer.value)))
    return { ok: false, outcome: { outcome: 'failed', code: 'TOKEN_FAILED' } };
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return {
    ok: true,
    signed: {
      intent: text,
      alg: signer.algorithm,
      certificates: signer.certificates.map(base64),
      sig: base64(answer.value),
    },
  };
}

async function digestFor(
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
  message: Uint8Array,
): Promise<Uint8Array> {
  return algorithm === 'SM2'
    ? sm2Digest(publicKey, message)
    : digestBytes(CMS_ALGORITHMS[algorithm].digestName, message);
}

/** What a token's failure means in the signing window. */
export function outcomeOf(failure: TokenFailure): ConfirmOutcome {
  if (failure.kind === 'pin-wrong') {
    return { outcome: 'pin-wrong', triesLeft: failure.triesLeft };
  }
  if (failure.kind === 'pin-length') return { outcome: 'pin-wrong', triesLeft: null };
  if (failure.kind === 'pin-locked') return { outcome: 'pin-locked' };
  if (failure.kind === 'token-removed' || failure.kind === 'no-token') {
    return { outcome: 'token-removed' };
  }
  return { outcome: 'failed', code: tokenError(failure).code };
}
