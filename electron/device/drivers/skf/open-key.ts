import { type CertificateFacts, readCertificate } from '../../certificate';
import { done, failed, type Outcome, type TokenFailure } from '../../driver';
import { terminated } from './blobs';
import { algorithmOf, type KeyPlace, readDer } from './containers';
import { presentNames } from './devices';
import { AnswerProblem } from './errors';
import { HelperEnded } from './helper/helper-process';
import type { SkfLibrary } from './library';
import { readPinStatus, verifyPin } from './operations';
import type { SkfProfile } from './profile';

/** A connected device; whoever receives it disconnects it. */
export interface ConnectedToken {
  readonly library: SkfLibrary;
  readonly device: bigint;
  readonly name: Buffer;
  readonly tokenId: string;
}

/** A key that is logged in. */
export interface OpenKey {
  readonly tokenId: string;
  readonly library: SkfLibrary;
  readonly name: Buffer;
  readonly application: bigint;
  readonly container: bigint;
  readonly facts: CertificateFacts;
  readonly isSigning: boolean;
  /** Logs out and closes in reverse. */
  end(): Promise<void>;
}

/**
 * Opens the way to a key and gives the PIN, after the tries left were read: a locked token is never asked. On any
 * failure everything is closed again, the device too.
 */
export async function unlockKey(
  connected: ConnectedToken,
  place: KeyPlace,
  pin: Uint8Array,
): Promise<Outcome<OpenKey>> {
  const { library, device, name, tokenId } = connected;
  const undo = [() => library.call('SKF_DisConnectDev', device)];
  const end = async () => {
    for (const step of undo.splice(0).reverse()) await step().catch(() => undefined);
  };
  try {
    const application = await library.open(
      'SKF_OpenApplication',
      device,
      terminated(place.application),
    );
    undo.push(() => library.call('SKF_CloseApplication', application));
    if ((await readPinStatus(library, application)).state === 'locked') {
      await end();
      return failed({ kind: 'pin-locked' });
    }
    const container = await library.open(
      'SKF_OpenContainer',
      application,
      terminated(place.container),
    );
    undo.push(() => library.call('SKF_CloseContainer', container));
    const der = await readDer(library, container, place.isSigning);
    const facts = factsOf(der);
    const kind = await algorithmOf(library, container);
    undo.push(() => library.call('SKF_ClearSecureState', application));
    const refusal = refusalOf(facts, kind) ?? (await verifyPin(library, application, pin));
    if (refusal !== undefined || facts === undefined) {
      await end();
      return failed(refusal ?? { kind: 'certificate-missing' });
    }
    return done({
      library,
      name,
      tokenId,
      application,
      container,
      facts,
      isSigning: place.isSigning,
      end,
    });
  } catch (error) {
    await end();
    if (error instanceof HelperEnded || (await isPresent(library, name))) throw error;
    return failed({ kind: 'token-removed' });
  }
}

/** Undefined for a certificate that does not parse: it is as good as none. */
function factsOf(der: Uint8Array | undefined): CertificateFacts | undefined {
  try {
    return der && readCertificate(der);
  } catch {
    return undefined;
  }
}

/**
 * What a library answers after its token left does not count, right or wrong; nor does one that `isRight` denies, which
 * works while the library looks for the token on a thread of its own. Throws what `work` throws, and `AnswerProblem`.
 */
export async function whilePresent<T>(
  key: OpenKey,
  work: () => Promise<T>,
  isRight: (value: T) => boolean = () => true,
): Promise<Outcome<T>> {
  try {
    const value = await work();
    const looking = isPresent(key.library, key.name);
    const isGood = isRight(value);
    if (await looking) {
      if (isGood) return done(value);
      throw new AnswerProblem('the signature does not verify');
    }
  } catch (error) {
    if (error instanceof HelperEnded || (await isPresent(key.library, key.name))) throw error;
  }
  return failed({ kind: 'token-removed' });
}

async function isPresent(library: SkfLibrary, name: Buffer): Promise<boolean> {
  const names = await presentNames(library).catch(() => []);
  return names.some((entry) => entry.equals(name));
}

/** A NUL would end the PIN early: half of it could pass as another PIN, and cost a try. */
export function isFitting(pin: Uint8Array, { pinLength }: SkfProfile): boolean {
  return pin.length >= pinLength.min && pin.length <= pinLength.max && !pin.includes(0);
}

function refusalOf(
  facts: CertificateFacts | undefined,
  container: string | null,
): TokenFailure | undefined {
  if (facts === undefined) return { kind: 'certificate-missing' };
  if (facts.algorithm === null || facts.algorithm !== container) {
    return { kind: 'unsupported', what: 'algorithm' };
  }
  return undefined;
}
