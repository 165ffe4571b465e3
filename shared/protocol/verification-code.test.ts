import { describe, expect, it } from 'vitest';
import {
  qrPayload,
  readQrPayload,
  readVerificationCode,
  VerifyAtSchema,
} from './verification-code';

describe('a verification code', () => {
  // Would catch: a code off paper that is not found, or a text that is none and is asked for.
  it('is read as people write it, and nothing else is one', () => {
    const code = '0123-4567-89AB-CDEF';
    for (const text of [
      code,
      '0123456789abcdef',
      ' o123 4567 89ab cdef ',
      'FIELDCERT:1:DC-20260101-0001:0123-4567-89AB-CDEF',
      'OI23-4567-89AB-CDEF',
    ])
      expect(readVerificationCode(text)).toBe(code);
    for (const text of ['', '0123-4567-89AB-CDE', `${code}0`, 'U123-4567-89AB-CDEF', "0123'; --"])
      expect(readVerificationCode(text)).toBeNull();
    expect(readVerificationCode(`${' '.repeat(200)}${code}`)).toBeNull();
  });

  // Would catch: a QR code with more in it than the code, one that no phone opens or our own scanner does not know, and an
  // address in a policy that leads somewhere else than it reads.
  it('lies in the QR code of a document, and is found again', () => {
    const document = { traceId: 'DC-20260101-0001', verificationCode: '0123-4567-89AB-CDEF' };
    const verifyAt = VerifyAtSchema.parse('https://yz.sx.example.cn:8443');
    const address = qrPayload({ ...document, verifyAt });
    expect(address).toBe('https://yz.sx.example.cn:8443/verify/0123-4567-89AB-CDEF');
    expect(new URL(address).pathname.split('/')).toEqual(['', 'verify', document.verificationCode]);
    for (const text of [address, qrPayload(document)])
      expect(readQrPayload(text)).toBe(document.verificationCode);
    for (const text of ['0123456789ABCDEF', 'https://x.cn/q?zsbh=0123456789ABCDEF', `${address}/x`])
      expect(readQrPayload(text)).toBeNull();
    for (const bad of [
      'http://yz.example.cn',
      'https://yz.example.cn/',
      'https://a@yz.example.cn',
      'https://例.cn',
      'https://YZ.cn',
      'https://yz.cn:',
      'https://yz.cn:123456',
      'https://yz.cn:1:2',
      'javascript:alert(1)',
      `https://${'a'.repeat(90)}.cn`,
    ])
      expect(VerifyAtSchema.safeParse(bad).success, bad).toBe(false);
  });
});
