import { randomUUID } from 'node:crypto';
import {
  type DriverId,
  done,
  failed,
  type KeyUse,
  type Outcome,
  type PinStatus,
  type ReaderReport,
  type SigningSession,
  type TokenCertificate,
  type TokenDriver,
  type TokenFailure,
  type TokenInfo,
} from './driver';
import { createTokenQueue } from './token-queue';

/** On-device confirmation, PIN entry included, may take this long; the PIN never lives longer. */
export const KEY_USE_LIMIT_MS = 60_000;
const READ_LIMIT_MS = 15_000;
const MAX_SIGNATURES = 8;

/** A driver that could not look, with the path of its library. */
export interface DriverProblem {
  readonly driver: DriverId;
  readonly library: string | null;
  readonly failure: TokenFailure;
}

/** What is connected, and which driver could not look and why (the diagnostics page shows both). */
export interface DeviceListing {
  readonly tokens: readonly TokenInfo[];
  readonly problems: readonly DriverProblem[];
  /** Libraries for 32-bit programs that were loaded through the helper. */
  readonly helped: readonly string[];
}

/** All drivers behind one door: routes by token, one queue a token, limits, and the PIN zeroed after use. */
export interface Device {
  list(): Promise<DeviceListing>;
  /** What is in the readers of the drivers that look into readers. */
  readers(): Promise<readonly ReaderReport[]>;
  /** Tells at once that something came or went, where a driver can; answers how to stop. */
  watch(onChange: () => void): () => void;
  certs(tokenId: string): Promise<Outcome<readonly TokenCertificate[]>>;
  pinStatus(tokenId: string): Promise<Outcome<PinStatus>>;
  /** Opens a token for several signatures at one PIN entry, at most 60 s; answers a signing id. */
  beginSigning(use: KeyUse): Promise<Outcome<string>>;
  signNext(
    signingId: string,
    digest: Uint8Array,
    signal: AbortSignal,
  ): Promise<Outcome<Uint8Array>>;
  endSigning(signingId: string): Promise<void>;
  /** Signs digests that are all known beforehand; all or none. */
  sign(use: KeyUse, digests: readonly Uint8Array[]): Promise<Outcome<readonly Uint8Array[]>>;
  unwrap(use: KeyUse, wrapped: Uint8Array): Promise<Outcome<Uint8Array>>;
  close(): Promise<void>;
}

interface Opened {
  readonly session: SigningSession;
  readonly notAfterMs: number;
  /** Length of the digests that its key signs. */
  readonly digestBytes: number;
}

interface OpenSigning extends Opened {
  readonly tokenId: string;
  readonly timer: NodeJS.Timeout;
  signaturesLeft: number;
}

/** Joins drivers into a device; `limitMs` bounds each use of a key. */
export function createDevice(drivers: readonly TokenDriver[], limitMs = KEY_USE_LIMIT_MS): Device {
  const queue = createTokenQueue();
  const owners = new Map<string, TokenDriver>();
  const open = new Map<string, OpenSigning>();

  async function list(): Promise<DeviceListing> {
    const { signal } = new AbortController();
    const answers = await Promise.all(
      drivers.map(async (driver, index) => {
        // A line of its own: a library that hangs while it looks must not hide the other drivers' tokens.
        const task = { work: () => driver.list(), signal, limitMs: READ_LIMIT_MS };
        return { driver, outcome: await queue.run(`list ${index}`, task) };
      }),
    );
    const tokens: TokenInfo[] = [];
    const problems: DriverProblem[] = [];
    for (const { driver, outcome } of answers) {
      if (!outcome.ok) {
        const library = driver.library ?? null;
        problems.push({ driver: driver.id, library, failure: outcome.failure });
      } else {
        for (const token of outcome.value) {
          if (!tokens.some((other) => other.tokenId === token.tokenId)) {
            tokens.push(token);
            owners.set(token.tokenId, driver);
          }
        }
      }
    }
    const helped = drivers.flatMap(({ isHelped, library }) =>
      isHelped?.() === true && library !== undefined ? [library] : [],
    );
    return { tokens, problems, helped };
  }

  async function withDriver<T>(
    tokenId: string,
    work: (driver: TokenDriver) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    if (!owners.has(tokenId)) await list();
    const driver = owners.get(tokenId);
    return driver === undefined ? failed({ kind: 'no-token' }) : work(driver);
  }

  function read<T>(tokenId: string, work: (driver: TokenDriver) => Promise<Outcome<T>>) {
    const { signal } = new AbortController();
    return withDriver(tokenId, (driver) =>
      queue.run(tokenId, { work: () => work(driver), signal, limitMs: READ_LIMIT_MS }),
    );
  }

  /** Runs a use of the key with the PIN, which is zero afterwards whatever happened. */
  async function withKey<T>(
    use: KeyUse,
    work: (driver: TokenDriver, use: KeyUse) => Promise<Outcome<T>>,
    late?: (value: T) => void,
  ): Promise<Outcome<T>> {
    const { tokenId, signal, pin } = use;
    try {
      if (isOccupied(tokenId)) return failed({ kind: 'busy' });
      return await withDriver(tokenId, (driver) =>
        queue.run(tokenId, {
          work: async (inner) => {
            // A copy of its own for the driver: the caller's PIN is zeroed on time-out while the call may still run.
            const copy = Uint8Array.from(pin);
            try {
              return await work(driver, { ...use, pin: copy, signal: inner });
            } finally {
              copy.fill(0);
            }
          },
          signal,
          limitMs,
          ...(late === undefined ? {} : { late }),
        }),
      );
    } finally {
      pin.fill(0);
    }
  }

  function isOccupied(tokenId: string): boolean {
    return [...open.values()].some((entry) => entry.tokenId === tokenId);
  }

  async function usable(driver: TokenDriver, use: KeyUse): Promise<Outcome<TokenCertificate>> {
    const certificates = await driver.certs(use.tokenId);
    if (!certificates.ok) return certificates;
    const certificate = certificates.value.find((entry) => entry.keyRef === use.keyRef);
    if (certificate === undefined) return failed({ kind: 'certificate-missing' });
    const failure = barFailure(certificate);
    return failure === undefined ? done(certificate) : failed(failure);
  }

  async function openSession(driver: TokenDriver, use: KeyUse): Promise<Outcome<Opened>> {
    const certificate = await usable(driver, use);
    if (!certificate.ok) return certificate;
    const session = await driver.openSigning(use);
    const digestBytes = certificate.value.algorithm === 'ES384' ? 48 : 32;
    const { notAfterMs } = certificate.value;
    return session.ok ? done({ session: session.value, notAfterMs, digestBytes }) : session;
  }

  const closeLate = ({ session }: Opened) => void session.close();

  async function endSigning(signingId: string): Promise<void> {
    const entry = open.get(signingId);
    if (entry === undefined) return;
    open.delete(signingId);
    clearTimeout(entry.timer);
    await entry.session.close();
  }

  async function beginSigning(use: KeyUse): Promise<Outcome<string>> {
    const opened = await withKey(use, openSession, closeLate);
    if (!opened.ok) return opened;
    const signingId = randomUUID();
    const timer = setTimeout(() => void endSigning(signingId), limitMs);
    timer.unref();
    open.set(signingId, {
      tokenId: use.tokenId,
      ...opened.value,
      timer,
      signaturesLeft: MAX_SIGNATURES,
    });
    return done(signingId);
  }

  async function signNext(
    signingId: string,
    digest: Uint8Array,
    signal: AbortSignal,
  ): Promise<Outcome<Uint8Array>> {
    const entry = open.get(signingId);
    if (entry === undefined || entry.signaturesLeft === 0) return failed({ kind: 'timeout' });
    entry.signaturesLeft -= 1;
    if (digest.length !== entry.digestBytes) {
      await endSigning(signingId);
      return failed({ kind: 'unsupported', what: 'digest length' });
    }
    // It may end between two signatures of one PIN entry.
    if (Date.now() > entry.notAfterMs) {
      await endSigning(signingId);
      return failed({ kind: 'certificate-expired', notAfterMs: entry.notAfterMs });
    }
    const outcome = await queue.run(entry.tokenId, {
      work: (inner) => entry.session.sign(digest, inner),
      signal,
      limitMs,
    });
    if (!outcome.ok) await endSigning(signingId);
    return outcome;
  }

  async function sign(
    use: KeyUse,
    digests: readonly Uint8Array[],
  ): Promise<Outcome<readonly Uint8Array[]>> {
    const begun = await beginSigning(use);
    if (!begun.ok) return begun;
    const signatures: Uint8Array[] = [];
    try {
      for (const digest of digests) {
        const outcome = await signNext(begun.value, digest, use.signal);
        if (!outcome.ok) return outcome;
        signatures.push(outcome.value);
      }
      return done(signatures);
    } finally {
      await endSigning(begun.value);
    }
  }

  async function readers(): Promise<readonly ReaderReport[]> {
    const { signal } = new AbortController();
    const looks = drivers.flatMap(({ id, readers: look }, index) => {
      if (look === undefined) return [];
      const work = async () => done(await look());
      const task = { work, signal, limitMs: READ_LIMIT_MS };
      return [queue.run(`list ${index}`, task).then((outcome) => ({ id, outcome }))];
    });
    return (await Promise.all(looks)).map(({ id, outcome }) =>
      outcome.ok
        ? outcome.value
        : { driver: id, barrier: `silent: ${outcome.failure.kind}`, readers: [] },
    );
  }

  function watch(onChange: () => void): () => void {
    const stops = drivers.flatMap((driver) => driver.watch?.(onChange) ?? []);
    return () => {
      for (const stop of stops) stop();
    };
  }

  return {
    list,
    readers,
    watch,
    certs: (tokenId) => read(tokenId, (driver) => driver.certs(tokenId)),
    pinStatus: (tokenId) => read(tokenId, (driver) => driver.pinStatus(tokenId)),
    beginSigning,
    signNext,
    endSigning,
    sign,
    unwrap: (use, wrapped) => withKey(use, (driver, own) => driver.unwrap(own, wrapped)),
    close: async () => {
      await Promise.all([...open.keys()].map(endSigning));
      await Promise.all(drivers.map((driver) => driver.close()));
    },
  };
}

function barFailure(certificate: TokenCertificate): TokenFailure | undefined {
  switch (certificate.bar) {
    case null:
      return undefined;
    case 'expired':
      return { kind: 'certificate-expired', notAfterMs: certificate.notAfterMs };
    case 'not-yet-valid':
      return { kind: 'certificate-not-yet-valid', notBeforeMs: certificate.notBeforeMs };
    case 'usage':
      return { kind: 'certificate-usage' };
    case 'algorithm':
      return { kind: 'unsupported', what: 'algorithm' };
    case 'weak':
      return { kind: 'unsupported', what: 'weak key or certificate' };
    case 'no-key':
      return { kind: 'key-missing' };
  }
}
