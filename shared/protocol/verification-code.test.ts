import { describe, expect, it } from 'vitest';
import { readVerificationCode } from './verification-code';

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
});
