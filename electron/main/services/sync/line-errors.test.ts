import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors/app-error';
import { lineError, refusalError } from './line-errors';

const failure = (code: string, message = code) => Object.assign(new Error(message), { code });
const codeOf = (error: unknown) => (error instanceof AppError ? error.code : 'unknown');

describe('lineError', () => {
  // Would catch: a wrong server shown as "no network" (people would go on trying), or the reverse.
  it.each([
    ['ECONNREFUSED', 'SYNC_UNREACHABLE'],
    ['ENOTFOUND', 'SYNC_UNREACHABLE'],
    ['ECONNRESET', 'SYNC_INTERRUPTED'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'SYNC_SERVER_IDENTITY'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'SYNC_SERVER_IDENTITY'],
    ['CERT_NOT_YET_VALID', 'SYNC_CLOCK'],
    ['CERT_HAS_EXPIRED', 'SYNC_CLOCK'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'SYNC_PROTOCOL'],
    ['ENOSPC', 'DISK_FULL'],
    ['EROFS', 'DISK_READ_ONLY'],
  ])('%s is %s', (code, expected) => {
    expect(codeOf(lineError(failure(code)))).toBe(expected);
  });
  it('knows a refused device by the alert', () => {
    const alert = failure(
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'tlsv13 alert certificate required',
    );
    expect(codeOf(lineError(alert))).toBe('SYNC_DEVICE_REFUSED');
  });
  it('leaves a defect alone', () => {
    expect(lineError(new TypeError('x'))).toBeInstanceOf(TypeError);
  });
});

describe('refusalError', () => {
  const body = (value: unknown) => Buffer.from(JSON.stringify(value));
  // Would catch: a captive portal's page taken for an answer of the server.
  it('takes HTML for no answer of ours', () => {
    expect(refusalError(302, 'text/html', Buffer.from('<html>')).code).toBe('SYNC_PROTOCOL');
    expect(refusalError(500, 'application/json', body({ oops: 1 })).code).toBe('SYNC_PROTOCOL');
  });
  it('reads the refusals of the server', () => {
    const refusal = { error: { code: 'busy', message: 'later', retryAfterMs: 1_500 } };
    const error = refusalError(503, 'application/json; charset=utf-8', body(refusal));
    expect(error.code).toBe('SYNC_SERVER_BUSY');
    expect(error.params).toEqual({ seconds: 2 });
  });
});
