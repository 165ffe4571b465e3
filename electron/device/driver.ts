/**
 * The one interface behind which every U-Key driver stands. Failures are closed unions, so that the
 * signing window can word each of them; none is ever reported as "cancelled by the user" unless it was.
 */

export type DriverId = 'pkcs11' | 'training' | 'skf' | 'pcsc-piv' | 'ccid-piv';

/** How the key signs: ECDSA P-256 with SHA-256 or P-384 with SHA-384, RSA PKCS#1 v1.5 with SHA-256, or SM2 with SM3. */
export type SignatureAlgorithm = 'ES256' | 'ES384' | 'RS256' | 'SM2';

export type TokenFailure =
  | { readonly kind: 'no-token' }
  | { readonly kind: 'token-removed' }
  | { readonly kind: 'pin-wrong'; readonly triesLeft: number | null }
  | { readonly kind: 'pin-locked' }
  | { readonly kind: 'pin-length' }
  | { readonly kind: 'library-missing'; readonly library: string }
  | { readonly kind: 'library-unusable'; readonly library: string; readonly detail: string }
  | { readonly kind: 'certificate-missing' }
  | { readonly kind: 'certificate-expired'; readonly notAfterMs: number }
  | { readonly kind: 'certificate-not-yet-valid'; readonly notBeforeMs: number }
  | { readonly kind: 'certificate-usage' }
  | { readonly kind: 'key-missing' }
  | { readonly kind: 'unsupported'; readonly what: string }
  | { readonly kind: 'practice-only' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly layer: string; readonly detail: string };

export type TokenFailureKind = TokenFailure['kind'];

/** An expected outcome: a value, or the named reason why there is none. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: TokenFailure };

/** A successful outcome. */
export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** A failed outcome. */
export function failed(failure: TokenFailure): {
  readonly ok: false;
  readonly failure: TokenFailure;
} {
  return { ok: false, failure };
}

export interface TokenInfo {
  /**
   * `<driver>:<serial>` (PIV cards: `piv:<serial>`, by whichever driver): the same token is recognised by it when it
   * comes back, in any reader.
   */
  readonly tokenId: string;
  readonly driver: DriverId;
  readonly label: string;
  readonly serial: string;
  readonly manufacturer: string;
  readonly model: string;
  /** True for the software key of the practice office; everything it signs is 练习·无效力. */
  readonly isPractice: boolean;
}

/** Why a certificate is listed but cannot be chosen; `weak`: an RSA key below 2,048 bits, a curve below 256, or issued with SHA-1 or MD5. */
export type CertificateBar =
  | 'expired'
  | 'not-yet-valid'
  | 'usage'
  | 'algorithm'
  | 'weak'
  | 'no-key';

export interface TokenCertificate {
  /** Opaque name of the key on its token. */
  readonly keyRef: string;
  readonly der: Uint8Array;
  /** Issuers found on the token, nearest first; may be empty. */
  readonly chainDer: readonly Uint8Array[];
  readonly subject: string;
  /** Common name of the subject: the person; empty where it has none. */
  readonly commonName: string;
  /** Organisation of the subject; empty where it has none. */
  readonly organisation: string;
  readonly issuer: string;
  /** Serial number, upper-case hex. */
  readonly serial: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly algorithm: SignatureAlgorithm | null;
  readonly isPractice: boolean;
  /** Null: it can sign now. */
  readonly bar: CertificateBar | null;
  /** Whether its key may open a keyslot's secret now. */
  readonly canUnwrap: boolean;
  /** Whole days until it ends; the page warns at 30 and below. */
  readonly daysLeft: number;
}

export interface PinStatus {
  /** `low`: a wrong PIN was given before; `last`: one try is left. */
  readonly state: 'ok' | 'low' | 'last' | 'locked';
  /** Null where the token does not tell. */
  readonly triesLeft: number | null;
}

/** A token unlocked for a few signatures; `close` logs out and forgets the PIN. */
export interface SigningSession {
  /**
   * Signs one digest (SHA-256, for ES384 SHA-384, for SM2 e = SM3(Z‖M)).
   * Answers DER `SEQUENCE{r,s}` for ES256, ES384 and SM2, the PKCS#1 v1.5 block for RS256.
   */
  sign(digest: Uint8Array, signal: AbortSignal): Promise<Outcome<Uint8Array>>;
  close(): Promise<void>;
}

export interface KeyUse {
  readonly tokenId: string;
  readonly keyRef: string;
  /** UTF-8 bytes; the device fills them with 0 after use. */
  readonly pin: Uint8Array;
  readonly signal: AbortSignal;
}

/** What is in a reader: a token; or why there is none. `closed`: no right to it, or held by another driver of the system. */
export type ReaderState =
  | 'token'
  | 'empty'
  | 'mute-card'
  | 'unknown-card'
  | 'busy'
  | 'closed'
  | 'unreadable';

/** Where the way to cards ends, for the diagnostics page. */
export interface ReaderReport {
  readonly driver: DriverId;
  /** What keeps the driver from readers altogether, its first word one of the driver's own; null where nothing does. */
  readonly barrier: string | null;
  readonly readers: readonly { readonly name: string; readonly state: ReaderState }[];
}

/** What a driver does. No method throws for anything a token, a library or a person can cause. */
export interface TokenDriver {
  readonly id: DriverId;
  /** The vendor's library that it stands on; absent where there is none. */
  readonly library?: string;
  /** Whether that library is loaded now in a process of its own, because it is for 32-bit programs only. */
  isHelped?(): boolean;
  list(): Promise<Outcome<readonly TokenInfo[]>>;
  /** Of drivers that look into readers. */
  readers?(): Promise<ReaderReport>;
  /** Tells at once that something came or went, where the driver can; answers how to stop. */
  watch?(onChange: () => void): () => void;
  certs(tokenId: string): Promise<Outcome<readonly TokenCertificate[]>>;
  pinStatus(tokenId: string): Promise<Outcome<PinStatus>>;
  /** Logs in and readies the key; the PIN is copied where the token wants it at each signature. */
  openSigning(use: KeyUse): Promise<Outcome<SigningSession>>;
  /** Unwraps what `wrapForToken` made for this key's certificate. */
  unwrap(use: KeyUse, wrapped: Uint8Array): Promise<Outcome<Uint8Array>>;
  /** Drops every handle. */
  close(): Promise<void>;
}
