import { readCertificate, toTokenCertificate } from '../../certificate';
import { orderChain } from '../../chain';
import {
  done,
  failed,
  type KeyUse,
  type Outcome,
  type PinStatus,
  type SigningSession,
  type TokenCertificate,
  type TokenDriver,
  type TokenFailure,
  type TokenInfo,
} from '../../driver';
import { loadPkcs11, type Pkcs11Module, readUlong, ulongCell } from './binding';
import { CKF, CKR, CKU } from './constants';
import { attempt, failureOf, Pkcs11Error } from './errors';
import { findPrivateKey, readCertificates } from './objects';
import { oneAKey } from './one-a-key';
import { needsPinEachTime, type ReadyKey, signDigest, unwrapEc, unwrapRsa } from './operations';
import { pinStatusOf, readSlot, readSlots, type TokenSlot } from './slots';

export interface Pkcs11Options {
  /** Absolute path of the vendor's PKCS#11 library. */
  readonly libraryPath: string;
  readonly nowMs?: () => number;
}

/** Drives any token with PKCS#11 v2.40 middleware through `koffi`, off the main thread. */
export function createPkcs11Driver(options: Pkcs11Options): TokenDriver {
  const nowMs = options.nowMs ?? Date.now;
  let loading: Promise<Pkcs11Module> | undefined;

  let openKeys = 0;
  let hasLostToken = false;
  let lastCount = 0;

  async function unload(): Promise<void> {
    const module = await loading?.catch(() => undefined);
    loading = undefined;
    await module?.close();
  }

  /** Some libraries never see a token come back: after a loss the empty library is started anew. */
  async function listSlots(): Promise<TokenSlot[]> {
    if (hasLostToken && openKeys === 0) await unload();
    const slots = await readSlots(await load());
    hasLostToken = slots.length < lastCount || (hasLostToken && slots.length === 0);
    lastCount = slots.length;
    return slots;
  }

  async function load(): Promise<Pkcs11Module> {
    loading ??= loadPkcs11(options.libraryPath);
    try {
      return await loading;
    } catch (error) {
      // A library installed later must be found without a restart.
      loading = undefined;
      throw error;
    }
  }

  async function slotOf(module: Pkcs11Module, tokenId: string): Promise<TokenSlot | undefined> {
    return (await readSlots(module)).find((slot) => tokenIdOf(slot) === tokenId);
  }

  async function openKey(use: KeyUse): Promise<Outcome<OpenKey>> {
    if (use.signal.aborted) return failed({ kind: 'cancelled' });
    const module = await load();
    const slot = await slotOf(module, use.tokenId);
    if (slot === undefined) return failed({ kind: 'no-token' });
    if (pinStatusOf(slot.flags).state === 'locked') return failed({ kind: 'pin-locked' });
    const session = await openSession(module, slot.slotId);
    openKeys += 1;
    const end = async () => {
      openKeys -= 1;
      await endSession(module, session);
    };
    try {
      const id = Buffer.from(use.keyRef, 'hex');
      const certificates = oneAKey(await readCertificates(module, session), nowMs());
      const certificate = certificates.find((entry) => entry.id.equals(id));
      const algorithm = certificate && readCertificate(certificate.der).algorithm;
      const refusal = refusalOf(algorithm);
      if (refusal !== undefined || !algorithm) {
        await end();
        return failed(refusal ?? { kind: 'certificate-missing' });
      }
      const loginFailure = await login(module, session, slot.slotId, use.pin);
      const key =
        loginFailure === undefined ? await findPrivateKey(module, session, id) : undefined;
      if (key === undefined) {
        await end();
        return failed(loginFailure ?? { kind: 'key-missing' });
      }
      const ready = { module, session, key, algorithm };
      const pin = (await needsPinEachTime(ready)) ? Uint8Array.from(use.pin) : undefined;
      return done({ ready, slot, pin, end });
    } catch (error) {
      await end();
      throw error;
    }
  }

  return {
    id: 'pkcs11',
    library: options.libraryPath,
    list: () => attempt(async () => done((await listSlots()).map(toTokenInfo))),
    certs: (tokenId) =>
      attempt(async (): Promise<Outcome<readonly TokenCertificate[]>> => {
        const module = await load();
        const slot = await slotOf(module, tokenId);
        if (slot === undefined) return failed({ kind: 'no-token' });
        const session = await openSession(module, slot.slotId);
        try {
          return done(listCertificates(await readCertificates(module, session), nowMs()));
        } finally {
          await module.call('C_CloseSession', session).catch(() => undefined);
        }
      }),
    pinStatus: (tokenId) =>
      attempt(async (): Promise<Outcome<PinStatus>> => {
        const slot = await slotOf(await load(), tokenId);
        return slot === undefined ? failed({ kind: 'no-token' }) : done(pinStatusOf(slot.flags));
      }),
    openSigning: (use) =>
      attempt(async (): Promise<Outcome<SigningSession>> => {
        const opened = await openKey(use);
        return opened.ok ? done(signingSession(opened.value)) : opened;
      }),
    unwrap: (use, wrapped) =>
      attempt(async (): Promise<Outcome<Uint8Array>> => {
        const opened = await openKey(use);
        if (!opened.ok) return opened;
        const { ready, pin, end } = opened.value;
        try {
          const open = ready.algorithm === 'RS256' ? unwrapRsa : unwrapEc;
          const secret = await open(ready, wrapped, pin);
          return secret === undefined
            ? failed({ kind: 'failed', layer: 'wrap', detail: 'not sealed to this key' })
            : done(secret);
        } finally {
          pin?.fill(0);
          await end();
        }
      }),
    close: unload,
  };
}

interface OpenKey {
  readonly ready: ReadyKey;
  readonly slot: TokenSlot;
  /** A copy of the PIN, only for keys that want it at each use. */
  readonly pin: Uint8Array | undefined;
  end(): Promise<void>;
}

function signingSession(open: OpenKey): SigningSession {
  const { ready, slot, pin } = open;
  return {
    sign: (digest, signal) =>
      attempt(async (): Promise<Outcome<Uint8Array>> => {
        if (signal.aborted) return failed({ kind: 'cancelled' });
        try {
          const signature = await signDigest(ready, digest, pin);
          // A library that signs from its cache after the token left would bind a person who is gone.
          const now = await readSlot(ready.module, slot.slotId);
          return now.serial === slot.serial ? done(signature) : failed({ kind: 'token-removed' });
        } catch (error) {
          if (!(await isPresent(ready.module, slot))) return failed({ kind: 'token-removed' });
          throw error;
        }
      }),
    close: async () => {
      pin?.fill(0);
      await open.end();
    },
  };
}

async function isPresent(module: Pkcs11Module, slot: TokenSlot): Promise<boolean> {
  const slots = await readSlots(module).catch(() => []);
  return slots.some((entry) => tokenIdOf(entry) === tokenIdOf(slot));
}

async function login(
  module: Pkcs11Module,
  session: number,
  slotId: number,
  pin: Uint8Array,
): Promise<TokenFailure | undefined> {
  try {
    await module.call('C_Login', session, CKU.user, pin, pin.length);
    return undefined;
  } catch (error) {
    if (error instanceof Pkcs11Error && error.code === CKR.userAlreadyLoggedIn) {
      return { kind: 'busy' };
    }
    const after = await readSlot(module, slotId).catch(() => undefined);
    const status = after === undefined ? undefined : pinStatusOf(after.flags);
    const failure = failureOf(error, status?.triesLeft ?? null);
    return failure.kind === 'pin-wrong' && status?.state === 'locked'
      ? { kind: 'pin-locked' }
      : failure;
  }
}

function refusalOf(algorithm: string | null | undefined): TokenFailure | undefined {
  if (algorithm === undefined) return { kind: 'certificate-missing' };
  if (algorithm === null || algorithm === 'SM2') return { kind: 'unsupported', what: 'algorithm' };
  return undefined;
}

function listCertificates(
  found: Awaited<ReturnType<typeof readCertificates>>,
  nowMs: number,
): TokenCertificate[] {
  const ders = found.map((entry) => entry.der);
  return oneAKey(found, nowMs)
    .filter((entry) => entry.id.length > 0)
    .flatMap((entry) => {
      try {
        const chain = orderChain(entry.der, ders);
        const listed = toTokenCertificate(entry.id.toString('hex'), entry.der, chain, true, nowMs);
        // PKCS#11 has no mechanism of its own for SM2: such keys are for the SKF driver.
        return listed.algorithm === 'SM2'
          ? [{ ...listed, bar: 'algorithm' as const, canUnwrap: false }]
          : [listed];
      } catch {
        // A certificate that does not parse cannot be chosen, and must not hide the others.
        return [];
      }
    })
    .filter((entry) => !ders.some((der) => isIssuedBy(der, entry.der)));
}

function isIssuedBy(child: Buffer, parent: Uint8Array): boolean {
  return !child.equals(parent) && orderChain(child, [Buffer.from(parent)]).length > 0;
}

async function openSession(module: Pkcs11Module, slotId: number): Promise<number> {
  const handle = ulongCell();
  await module.call('C_OpenSession', slotId, CKF.serialSession, null, null, handle);
  return readUlong(handle);
}

async function endSession(module: Pkcs11Module, session: number): Promise<void> {
  await module.call('C_Logout', session).catch(() => undefined);
  await module.call('C_CloseSession', session).catch(() => undefined);
}

function tokenIdOf(slot: TokenSlot): string {
  return `pkcs11:${slot.serial || slot.label}`;
}

function toTokenInfo(slot: TokenSlot): TokenInfo {
  return {
    tokenId: tokenIdOf(slot),
    driver: 'pkcs11',
    label: slot.label,
    serial: slot.serial,
    manufacturer: slot.manufacturer,
    model: slot.model,
    isPractice: false,
  };
}
