import { readCertificate, toTokenCertificate } from '../certificate';
import {
  type DriverId,
  done,
  failed,
  type KeyUse,
  type Outcome,
  type PinStatus,
  type SigningSession,
  type TokenCertificate,
  type TokenDriver,
} from '../driver';
import type { CardReaders } from './card-transport';
import { readCertificateObject } from './certificate-object';
import { createTokenFinder, type OpenToken } from './find-tokens';
import { type HeldCard, holdCard } from './held-card';
import { kindOf, openWrapped, signDigest } from './key-work';
import { PIV_KEYS, type PivCard, type PivKey } from './piv-card';
import { attempt, CardRefusal } from './refusal';
import { TlvError } from './tlv';

export interface PivOptions {
  readonly id: Extract<DriverId, 'pcsc-piv' | 'ccid-piv'>;
  readonly readers: CardReaders;
  readonly nowMs?: () => number;
}

const calm = () => new AbortController().signal;

/**
 * Drives PIV cards (SP 800-73-4) over whatever reaches them. A card has one name (`piv:` and its GUID) by either way,
 * so that a keyslot opens whichever is there. 9C signs and 9D unwraps, whatever else their certificates allow.
 */
export function createPivDriver({ id, readers, nowMs = Date.now }: PivOptions): TokenDriver {
  const finder = createTokenFinder(id, readers);

  /** Opens the token and runs work on its selected application, alone. */
  async function withToken<T>(
    tokenId: string,
    signal: AbortSignal,
    after: 'keep' | 'forget',
    work: (card: PivCard) => Promise<T>,
  ): Promise<T> {
    const token = await finder.open(tokenId, signal);
    try {
      return await token.use(signal, after, work);
    } finally {
      await token.close();
    }
  }

  async function openSigning(use: KeyUse): Promise<Outcome<SigningSession>> {
    if (!isPivKey(use.keyRef)) return failed({ kind: 'certificate-missing' });
    if (use.keyRef !== '9c') return failed({ kind: 'certificate-usage' });
    const token = await finder.open(use.tokenId, use.signal);
    const held = holdCard(token);
    try {
      // The PIN is tried before anybody waits for a digest; 9C forgets it after each use.
      const facts = await held.use(use.signal, async (card) => {
        const der = await demandCertificate(card, '9c');
        await card.verify(use.pin);
        return readCertificate(der);
      });
      return done(signingSession(token, held, Uint8Array.from(use.pin), facts));
    } catch (error) {
      await token.close();
      throw error;
    }
  }

  return {
    id,
    list: () => attempt(async () => done(await finder.list())),
    readers: () => finder.look(),
    ...(readers.watch === undefined ? {} : { watch: readers.watch.bind(readers) }),
    certs: (tokenId) =>
      attempt(async () =>
        done(await withToken(tokenId, calm(), 'keep', (card) => listCertificates(card, nowMs()))),
      ),
    pinStatus: (tokenId) =>
      attempt(
        async (): Promise<Outcome<PinStatus>> =>
          done(await withToken(tokenId, calm(), 'keep', (card) => card.pinStatus())),
      ),
    openSigning: (use) => attempt(() => openSigning(use)),
    unwrap: (use, wrapped) =>
      attempt(async (): Promise<Outcome<Uint8Array>> => {
        if (use.keyRef !== '9d') return failed({ kind: 'unsupported', what: 'unwrap' });
        const secret = await withToken(use.tokenId, use.signal, 'forget', async (card) => {
          const facts = readCertificate(await demandCertificate(card, '9d'));
          await card.verify(use.pin);
          return openWrapped(card, facts, wrapped);
        });
        return secret === undefined
          ? failed({ kind: 'failed', layer: 'wrap', detail: 'not sealed to this key' })
          : done(secret);
      }),
    close: () => readers.close(),
  };
}

function signingSession(
  token: OpenToken,
  held: HeldCard,
  pin: Uint8Array,
  facts: ReturnType<typeof readCertificate>,
): SigningSession {
  return {
    sign: (digest, signal) =>
      attempt(async (): Promise<Outcome<Uint8Array>> => {
        if (signal.aborted) return failed({ kind: 'cancelled' });
        const signature = await held.use(signal, async (card, isNew) => {
          await (isNew ? card.verify(pin) : card.verifyAgain(pin));
          return signDigest(card, facts, digest);
        });
        return done(signature);
      }),
    close: async () => {
      await held.release();
      pin.fill(0);
      await token.close();
    },
  };
}

async function demandCertificate(card: PivCard, key: PivKey): Promise<Uint8Array> {
  const object = await card.certificateObject(key);
  const der = object === undefined ? undefined : readCertificateObject(object);
  if (der === undefined) throw new CardRefusal({ kind: 'certificate-missing' });
  return der;
}

/** One that does not parse cannot be chosen and must not hide the other; if there is no other, it is the reason. */
async function listCertificates(card: PivCard, nowMs: number): Promise<TokenCertificate[]> {
  const listed: TokenCertificate[] = [];
  let problem: TlvError | undefined;
  for (const key of PIV_KEYS) {
    const object = await card.certificateObject(key);
    try {
      const der = object === undefined ? undefined : readCertificateObject(object);
      if (der !== undefined) listed.push(shown(key, der, nowMs));
    } catch (error) {
      if (!(error instanceof TlvError)) throw error;
      problem = error;
    }
  }
  if (problem === undefined || listed.length > 0) return listed;
  throw new CardRefusal({ kind: 'failed', layer: 'certificate', detail: problem.message });
}

function shown(key: PivKey, der: Uint8Array, nowMs: number): TokenCertificate {
  const listed = toTokenCertificate(key, der, [], true, nowMs);
  const isKnown = kindOf(readCertificate(der)) !== undefined;
  // A weak key is named so, whether or not a card could have it.
  if (!isKnown) return { ...listed, bar: listed.bar ?? 'algorithm', canUnwrap: false };
  return key === '9c' ? { ...listed, canUnwrap: false } : { ...listed, bar: 'usage' };
}

function isPivKey(keyRef: string): keyRef is PivKey {
  return PIV_KEYS.some((key) => key === keyRef);
}
