import { AppError, type ErrorCode } from '../../../../shared/errors/app-error';
import { LINE_ERRORS } from '../../../../shared/errors/line';
import { dayInShanghai, isoFromDay } from '../../../../shared/kernel/day';
import { type ServerRefusal, ServerRefusalSchema } from '../../../../shared/protocol/enrol';

const BY_CODE: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: 'SYNC_UNREACHABLE',
  ENOTFOUND: 'SYNC_UNREACHABLE',
  EAI_AGAIN: 'SYNC_UNREACHABLE',
  EHOSTUNREACH: 'SYNC_UNREACHABLE',
  ENETUNREACH: 'SYNC_UNREACHABLE',
  EADDRNOTAVAIL: 'SYNC_UNREACHABLE',
  ETIMEDOUT: 'SYNC_UNREACHABLE',
  ECONNRESET: 'SYNC_INTERRUPTED',
  ECONNABORTED: 'SYNC_INTERRUPTED',
  EPIPE: 'SYNC_INTERRUPTED',
  ERR_STREAM_PREMATURE_CLOSE: 'SYNC_INTERRUPTED',
  ERR_TLS_CERT_ALTNAME_INVALID: 'SYNC_SERVER_IDENTITY',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'SYNC_SERVER_IDENTITY',
  SELF_SIGNED_CERT_IN_CHAIN: 'SYNC_SERVER_IDENTITY',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'SYNC_SERVER_IDENTITY',
  UNABLE_TO_GET_ISSUER_CERT: 'SYNC_SERVER_IDENTITY',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'SYNC_SERVER_IDENTITY',
  CERT_HAS_EXPIRED: 'SYNC_CLOCK',
  CERT_NOT_YET_VALID: 'SYNC_CLOCK',
  CERT_SIGNATURE_FAILURE: 'SYNC_SERVER_IDENTITY',
  CERT_UNTRUSTED: 'SYNC_SERVER_IDENTITY',
  CERT_REJECTED: 'SYNC_SERVER_IDENTITY',
  INVALID_PURPOSE: 'SYNC_SERVER_IDENTITY',
  INVALID_CA: 'SYNC_SERVER_IDENTITY',
  HPE_INVALID_CONSTANT: 'SYNC_PROTOCOL',
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EROFS: 'DISK_READ_ONLY',
  EACCES: 'DISK_READ_ONLY',
  EPERM: 'DISK_READ_ONLY',
};

/**
 * A failure of the line or the disk as a documented code. OpenSSL and BoringSSL name handshake
 * failures differently, so alerts are recognised by their standard names (RFC 8446 section 6).
 * What is not recognised is not a matter of the line and comes back unchanged.
 */
export function lineError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  if (error.name === 'AbortError') return new AppError('CANCELLED');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const detail = `${code} ${error.message}`;
  const known = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (known === 'DISK_FULL') return new AppError(known, { neededMb: 0 }, detail);
  if (known === 'SYNC_CLOCK') return new AppError(known, { today: today() }, detail);
  if (known !== undefined) return new AppError(known, {}, detail);
  if (/alert.*(certificate|unknown.ca|access.denied|decrypt)|certificate.required/i.test(detail)) {
    return new AppError('SYNC_DEVICE_REFUSED', {}, detail);
  }
  if (/^(ERR_SSL|EPROTO|HPE_|ERR_TLS)/.test(code)) return new AppError('SYNC_PROTOCOL', {}, detail);
  if (/socket hang up|aborted/i.test(error.message)) {
    return new AppError('SYNC_INTERRUPTED', {}, detail);
  }
  return error;
}

/** As the handshake saw it: TLS goes by the system's clock, whatever the session's highest time is. */
const today = (): string => isoFromDay(dayInShanghai(Date.now()));

const OF_LINE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SYNC_UNREACHABLE',
  'SYNC_INTERRUPTED',
  'SYNC_PROTOCOL',
  'SYNC_SERVER_IDENTITY',
  ...(Object.keys(LINE_ERRORS) as (keyof typeof LINE_ERRORS)[]),
]);

/** Whether a failure tells that the server cannot be reached from here, rather than that it refuses. */
export function isOfLine(code: ErrorCode): boolean {
  return OF_LINE.has(code);
}

const BY_REFUSAL: Readonly<Record<ServerRefusal['error']['code'], ErrorCode>> = {
  'bad-request': 'SYNC_PROTOCOL',
  'code-unknown': 'ENROL_CODE_REFUSED',
  'code-expired': 'ENROL_CODE_EXPIRED',
  'code-used': 'ENROL_CODE_REFUSED',
  'device-unknown': 'SYNC_DEVICE_REFUSED',
  'device-revoked': 'SYNC_DEVICE_REFUSED',
  forbidden: 'SYNC_DEVICE_REFUSED',
  'not-found': 'SYNC_PROTOCOL',
  'cursor-unknown': 'SYNC_CURSOR_REFUSED',
  'state-moved': 'SYNC_STATE_MOVED',
  'schema-unsupported': 'SYNC_SCHEMA_UNSUPPORTED',
  busy: 'SYNC_SERVER_BUSY',
  internal: 'SYNC_SERVER_BUSY',
};

/** An answer other than 2xx: the server's own refusal, or something that is not our server. */
export function refusalError(status: number, contentType: string, body: Uint8Array): AppError {
  const where = `status ${status}, ${contentType}`;
  if (!contentType.startsWith('application/json')) return new AppError('SYNC_PROTOCOL', {}, where);
  let answer: unknown;
  try {
    answer = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return new AppError('SYNC_PROTOCOL', {}, `${where}, no JSON`);
  }
  const parsed = ServerRefusalSchema.safeParse(answer);
  if (!parsed.success) return new AppError('SYNC_PROTOCOL', {}, `${where}, no refusal`);
  const { code, message, retryAfterMs } = parsed.data.error;
  const seconds = Math.ceil((retryAfterMs ?? 30_000) / 1_000);
  const params = BY_REFUSAL[code] === 'SYNC_SERVER_BUSY' ? { seconds } : {};
  return new AppError(BY_REFUSAL[code], params, `${code}: ${message}`);
}
