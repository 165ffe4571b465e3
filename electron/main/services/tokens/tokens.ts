import { AppError, type ErrorCode } from '../../../../shared/errors/app-error';
import type { TokenCertificate as PageCertificate } from '../../../../shared/ipc/routes/signing';
import type { DeviceListing } from '../../../device/device';
import type {
  CertificateBar,
  PinStatus,
  TokenCertificate,
  TokenFailure,
  TokenInfo,
} from '../../../device/driver';
import type { DeviceCaller } from '../../clients/device-client';

/** A certificate with which somebody may sign, and what the page may know of it. */
export interface SigningChoice {
  readonly shown: PageCertificate;
  readonly chain: readonly Uint8Array[];
}

/** Everything that could sign now or says why it cannot. */
export interface SigningChoices {
  readonly items: readonly SigningChoice[];
  /** ErrorCode when there is nothing to choose from. */
  readonly problem: ErrorCode | null;
}

/** Lists the certificates of all connected tokens. */
export async function signingChoices(device: DeviceCaller): Promise<SigningChoices> {
  const listed = await device.call('list', {});
  if (!listed.ok) return { items: [], problem: tokenError(listed.failure).code };
  const { tokens } = listed.value;
  const items: SigningChoice[] = [];
  let problem: ErrorCode | null = tokens.length === 0 ? whyNone(listed.value) : null;
  for (const token of tokens) {
    const certs = await device.call('certs', { tokenId: token.tokenId });
    if (!certs.ok) {
      problem = tokenError(certs.failure).code;
      continue;
    }
    const pin = await device.call('pinStatus', { tokenId: token.tokenId });
    for (const certificate of certs.value) {
      const shown = shownOf(token, certificate, pin.ok ? pin.value : null);
      items.push({ shown, chain: [certificate.der, ...certificate.chainDer] });
    }
  }
  if (items.length === 0) problem ??= 'TOKEN_NO_CERTIFICATE';
  return { items: withoutTwins(items), problem: items.length > 0 ? null : problem };
}

/** Ways that need no library of a vendor; where a library was configured too, that one is meant. */
const DRIVERLESS: ReadonlySet<string> = new Set(['pcsc-piv', 'ccid-piv']);

/** One card that a configured library and our own reader both see is listed once, by the library. */
export const withoutTwins = (items: readonly SigningChoice[]): SigningChoice[] =>
  seenOnce(items, ({ shown, chain }) => ({ driver: shown.driver, ders: chain.slice(0, 1) }));

/** Of things that a library and our own reader both see, told by a certificate that both have, those of one of them. */
export function seenOnce<T>(
  items: readonly T[],
  of: (item: T) => { readonly driver: string; readonly ders: readonly Uint8Array[] },
  meant: 'library' | 'reader' = 'library',
): T[] {
  const keysOf = (item: T) => of(item).ders.map((der) => Buffer.from(der).toString('base64'));
  const isMeant = (item: T) => DRIVERLESS.has(of(item).driver) === (meant === 'reader');
  const known = new Set(items.filter(isMeant).flatMap(keysOf));
  return items.filter((item) => isMeant(item) || !keysOf(item).some((key) => known.has(key)));
}

const STATES: Readonly<Record<CertificateBar, PageCertificate['state']>> = {
  expired: 'expired',
  'not-yet-valid': 'not-yet-valid',
  weak: 'weak',
  algorithm: 'unknown-kind',
  usage: 'wrong-usage',
  'no-key': 'wrong-usage',
};

/** As the signing window lists it; one that cannot sign with the reason. */
function shownOf(
  token: TokenInfo,
  certificate: TokenCertificate,
  pin: PinStatus | null,
): PageCertificate {
  const { bar } = certificate;
  return {
    tokenId: token.tokenId,
    keyRef: certificate.keyRef,
    driver: token.driver,
    tokenLabel: token.label,
    serialTail: token.serial.slice(-4),
    subject: certificate.subject,
    holder: certificate.commonName || certificate.subject,
    organisation: certificate.organisation,
    algorithm: certificate.algorithm,
    notBeforeMs: certificate.notBeforeMs,
    notAfterMs: certificate.notAfterMs,
    daysLeft: certificate.daysLeft,
    state: bar === null ? 'usable' : STATES[bar],
    triesLeft: pin?.triesLeft ?? null,
    isPinLocked: pin?.state === 'locked',
    isPractice: certificate.isPractice,
  };
}

/** A key that a broken library cannot see is not one that nobody plugged in. */
export function whyNone({ problems }: DeviceListing): ErrorCode {
  const isBroken = problems.some(({ failure }) => failure.kind === 'library-unusable');
  return isBroken ? 'TOKEN_LIBRARY_UNUSABLE' : 'TOKEN_NONE';
}

/** What a token says against a PIN, or what is said before it is asked: that one try is left (last-try.ts). */
export type PinFailure = TokenFailure | { readonly kind: 'pin-last-try' };

/** A token's failure as a documented code. */
export function tokenError(failure: PinFailure): AppError {
  switch (failure.kind) {
    case 'pin-last-try':
      return new AppError('TOKEN_PIN_LAST_TRY');
    case 'no-token':
      return new AppError('TOKEN_NONE');
    case 'token-removed':
      return new AppError('TOKEN_REMOVED');
    case 'pin-wrong':
      return new AppError('TOKEN_PIN_WRONG', { triesLeft: failure.triesLeft ?? '' });
    case 'pin-length':
      return new AppError('TOKEN_PIN_WRONG', { triesLeft: '' });
    case 'pin-locked':
      return new AppError('TOKEN_PIN_LOCKED');
    case 'library-missing':
      return new AppError('TOKEN_LIBRARY_MISSING', { library: baseName(failure.library) });
    case 'library-unusable':
      return new AppError('TOKEN_LIBRARY_UNUSABLE', {}, `${failure.library}: ${failure.detail}`);
    case 'certificate-missing':
    case 'key-missing':
      return new AppError('TOKEN_NO_CERTIFICATE');
    case 'certificate-expired':
    case 'certificate-not-yet-valid':
    case 'certificate-usage':
    case 'practice-only':
      return new AppError('TOKEN_CERTIFICATE_UNUSABLE', {}, failure.kind);
    case 'cancelled':
      return new AppError('CANCELLED');
    case 'timeout':
      return new AppError('TOKEN_TIMEOUT');
    case 'busy':
      return new AppError('BUSY');
    case 'unsupported':
      return new AppError('TOKEN_FAILED', { layer: failure.what });
    case 'failed':
      return new AppError('TOKEN_FAILED', { layer: failure.layer }, failure.detail);
  }
}

/** A page learns the library's name, not where it lies. */
function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? '';
}

/** A U-Key that did not do its part. */
export interface TokenFailed {
  readonly outcome: 'token-failed';
  readonly code: string;
  readonly triesLeft: number | null;
}

/** What the U-Key said, as an outcome for the page. */
export function tokenFailed(failure: PinFailure): TokenFailed {
  const triesLeft = failure.kind === 'pin-wrong' ? failure.triesLeft : null;
  return { outcome: 'token-failed', code: tokenError(failure).code, triesLeft };
}
