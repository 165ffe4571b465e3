import {
  done,
  failed,
  type KeyUse,
  type Outcome,
  type PinStatus,
  type SigningSession,
  type TokenCertificate,
  type TokenDriver,
  type TokenInfo,
} from '../../driver';
import { terminated } from './blobs';
import { applicationsOn, placeOf, readAllCertificates, within } from './containers';
import { createDeviceList, readInfo, type SkfDevice } from './devices';
import { attempt } from './errors';
import { holdsBy } from './holds';
import type { SkfLibrary } from './library';
import { type ConnectedToken, isFitting, type OpenKey, unlockKey, whilePresent } from './open-key';
import { type HelperOptions, openableLibrary } from './open-library';
import { readPinStatus, signRsa, signSm2, unwrapSm2 } from './operations';
import type { SkfProfile } from './profile';

export interface SkfOptions {
  readonly profile: SkfProfile;
  readonly nowMs?: () => number;
  /** For 32-bit libraries. */
  readonly helper?: HelperOptions;
}

/**
 * Drives Chinese U-Keys over their vendor's SKF library (GM/T 0016): through `koffi` off the main thread, or where the
 * library exists for 32-bit programs only, through a helper process.
 */
export function createSkfDriver({ profile, nowMs = Date.now, helper }: SkfOptions): TokenDriver {
  const devices = createDeviceList();
  const vendor = openableLibrary(profile.libraryPath, helper);
  let openKey: OpenKey | undefined;
  let isUsingKey = false;
  let lastListing: readonly TokenInfo[] = [];
  const lastCertificates = new Map<string, readonly TokenCertificate[]>();
  let lane: Promise<unknown> = Promise.resolve();

  /** One call at a time into a library: the standard promises nothing for two. */
  function inTurn<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const turn = lane.then(() => attempt(work));
    lane = turn;
    return turn;
  }

  /** Like `inTurn`, for what may wait for a finger on the token. */
  function usingKey<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    return inTurn(async () => {
      isUsingKey = true;
      try {
        return await work();
      } finally {
        isUsingKey = false;
      }
    });
  }

  async function list(): Promise<Outcome<readonly TokenInfo[]>> {
    const found = await devices.look(await vendor.load(), openKey !== undefined);
    lastListing = found.map(toTokenInfo);
    return done(lastListing);
  }

  /** Connects to a token, makes sure that it is still the same one, and disconnects. */
  async function withDevice<T>(
    tokenId: string,
    work: (library: SkfLibrary, device: bigint) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    const connected = await connect(tokenId);
    if (connected === undefined) return failed({ kind: 'no-token' });
    try {
      return await work(connected.library, connected.device);
    } finally {
      await connected.library.call('SKF_DisConnectDev', connected.device).catch(() => undefined);
    }
  }

  async function connect(tokenId: string): Promise<ConnectedToken | undefined> {
    const library = await vendor.load();
    const found = await devices.look(library, openKey !== undefined);
    const entry = found.find((device) => tokenIdOf(device) === tokenId);
    if (entry === undefined) return undefined;
    const device = await library.open('SKF_ConnectDev', terminated(entry.name));
    const info = await readInfo(library, device).catch(() => undefined);
    if (info?.serial === entry.info.serial) return { library, device, name: entry.name, tokenId };
    // Another token came in its place between two looks.
    devices.forget();
    await library.call('SKF_DisConnectDev', device).catch(() => undefined);
    return undefined;
  }

  async function open(use: KeyUse): Promise<Outcome<OpenKey>> {
    if (use.signal.aborted) return failed({ kind: 'cancelled' });
    if (openKey !== undefined) return failed({ kind: 'busy' });
    if (!isFitting(use.pin, profile)) return failed({ kind: 'pin-length' });
    const place = placeOf(use.keyRef);
    if (place === undefined) return failed({ kind: 'certificate-missing' });
    const connected = await connect(use.tokenId);
    return connected === undefined
      ? failed({ kind: 'no-token' })
      : unlockKey(connected, place, use.pin);
  }

  function signingSession(key: OpenKey): SigningSession {
    const sign = key.facts.algorithm === 'RS256' ? signRsa : signSm2;
    const holds = holdsBy(key.facts);
    return {
      sign: (digest, signal) =>
        usingKey(async (): Promise<Outcome<Uint8Array>> => {
          if (signal.aborted) return failed({ kind: 'cancelled' });
          return whilePresent(
            key,
            () => sign(key.library, key.container, digest),
            (signature) => holds(digest, signature),
          );
        }),
      close: async () => {
        await inTurn(async () => {
          openKey = undefined;
          await key.end();
          return done(null);
        });
      },
    };
  }

  return {
    id: 'skf',
    library: profile.libraryPath,
    isHelped: () => vendor.isHelped,
    // A token that waits for a finger keeps its library busy: what was seen last is still the best answer.
    list: () => (isUsingKey ? Promise.resolve(done(lastListing)) : inTurn(list)),
    certs: (tokenId) =>
      inTurn(() => {
        // An open key is not disturbed: a second handle that is closed may log the first one out.
        const known = openKey?.tokenId === tokenId ? lastCertificates.get(tokenId) : undefined;
        if (known !== undefined) return Promise.resolve(done(known));
        return withDevice(tokenId, async (library, device) => {
          const found = await readAllCertificates(library, device, profile, nowMs());
          lastCertificates.set(tokenId, found);
          return done(found);
        });
      }),
    pinStatus: (tokenId) =>
      inTurn(async (): Promise<Outcome<PinStatus>> => {
        if (openKey?.tokenId === tokenId) {
          return done(await readPinStatus(openKey.library, openKey.application));
        }
        return withDevice(tokenId, async (library, device): Promise<Outcome<PinStatus>> => {
          const [first] = await applicationsOn(library, device, profile);
          if (first === undefined) return failed({ kind: 'certificate-missing' });
          const status = await within(library, 'Application', device, first, (application) =>
            readPinStatus(library, application),
          );
          return done(status);
        });
      }),
    openSigning: (use) =>
      usingKey(async (): Promise<Outcome<SigningSession>> => {
        const opened = await open(use);
        if (!opened.ok) return opened;
        if (!opened.value.isSigning) {
          await opened.value.end();
          return failed({ kind: 'certificate-usage' });
        }
        openKey = opened.value;
        return done(signingSession(opened.value));
      }),
    unwrap: (use, wrapped) =>
      usingKey(async (): Promise<Outcome<Uint8Array>> => {
        const place = placeOf(use.keyRef);
        if (place?.isSigning === true)
          return failed({ kind: 'unsupported', what: 'signature key' });
        const opened = await open(use);
        if (!opened.ok) return opened;
        const { library, container, facts, end } = opened.value;
        try {
          // Over RSA the standard imports session keys in PKCS#1 v1.5 only, which no slot shall hang on.
          if (facts.algorithm !== 'SM2') return failed({ kind: 'unsupported', what: 'RSA unwrap' });
          const outcome = await whilePresent(opened.value, () =>
            unwrapSm2(library, container, wrapped),
          );
          if (!outcome.ok) return outcome;
          return outcome.value === undefined
            ? failed({ kind: 'failed', layer: 'wrap', detail: 'not sealed to this key' })
            : done(outcome.value);
        } finally {
          await end();
        }
      }),
    close: async () => {
      await inTurn(async () => {
        await openKey?.end();
        openKey = undefined;
        devices.forget();
        vendor.close();
        return done(null);
      });
    },
  };
}

function tokenIdOf({ info, name }: SkfDevice): string {
  return `skf:${info.serial || name.toString('hex')}`.slice(0, 128);
}

function toTokenInfo(device: SkfDevice): TokenInfo {
  const { label, serial, manufacturer, model } = device.info;
  return {
    tokenId: tokenIdOf(device),
    driver: 'skf',
    label: label || model || manufacturer,
    serial,
    manufacturer,
    model,
    isPractice: false,
  };
}
