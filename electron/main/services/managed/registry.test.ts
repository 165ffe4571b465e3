import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNREAD } from './policy';
import { policyOfRegistry } from './registry';

const KEY = 'HKEY_LOCAL_MACHINE\\Software\\Policies\\FieldCert';
/** As `reg.exe query … /s` writes it. */
const WHOLE = [
  '',
  KEY,
  '    server    REG_SZ    https://centre.example:8443',
  `    authority    REG_SZ    ${'a'.repeat(64)}`,
  '    proxy    REG_SZ    10.1.2.3:3128',
  '',
  `${KEY}\\Updates`,
  '    source    REG_SZ    https://releases.example/fieldcert/',
  '    installAt    REG_SZ    02:30',
  '',
  '',
].join('\r\n');
const POLICY = {
  server: 'https://centre.example:8443',
  authority: 'a'.repeat(64),
  proxy: '10.1.2.3:3128',
  updates: {
    source: 'https://releases.example/fieldcert/',
    installAt: '02:30',
    channel: 'stable',
    fetch: 'automatic',
  },
};
/** 默认 in GBK (code page 936), of which the second byte of some letters is a backslash or a brace. */
const DEFAULT_GBK = [0x28, 0xc4, 0xac, 0xc8, 0xcf, 0x29];
const ascii = (text: string) => [...Buffer.from(text, 'latin1')];
const gbk = (...parts: (string | number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? ascii(part) : part)));

describe('the managed configuration in the registry of Windows', () => {
  // Would catch: a console's form read otherwise than it is written, so that what an administrator set is not in force.
  it('is read as reg.exe writes it, in any code page and in UTF-16', () => {
    expect(policyOfRegistry(Buffer.from(WHOLE))).toEqual(POLICY);
    expect(policyOfRegistry(Buffer.from(WHOLE.replaceAll('\r\n', '\n')))).toEqual(POLICY);
    expect(policyOfRegistry(Buffer.from(WHOLE, 'utf16le'))).toEqual(POLICY);
    expect(policyOfRegistry(Buffer.from(`\ufeff${WHOLE}`, 'utf16le'))).toEqual(POLICY);
    const chinese = gbk(
      `\r\n${KEY}\r\n    `,
      DEFAULT_GBK,
      '    REG_SZ    (',
      [0xca, 0xfd, 0xd6],
      ')\r\n',
    );
    expect(policyOfRegistry(chinese)).toEqual({});
    expect(policyOfRegistry(Buffer.from(`\r\n${KEY}\r\n`))).toEqual({});
  });

  // Would catch: a value of another type or out of its bounds that counts or goes unsaid, a
  // second value that takes the place of the first, a name that reaches into the program.
  it('counts as a whole or not at all', () => {
    const bad = (from: string, to: string) => Buffer.from(WHOLE.replace(from, to), 'latin1');
    for (const output of [
      bad('server    REG_SZ', 'server    REG_EXPAND_SZ'),
      bad('proxy    REG_SZ    10.1.2.3:3128', 'proxy    REG_DWORD    0x1'),
      bad('    proxy ', '    server '),
      bad('    proxy ', '    __proto__ '),
      bad('    proxy ', '\tproxy '),
      bad('\\Updates', '\\Other'),
      bad('\\Updates', '\\Updates\\More'),
      bad(KEY, '    server    REG_SZ    https://first.example'),
      Buffer.from('ERROR: The system was unable to find the specified registry key or value.\r\n'),
      Buffer.from(WHOLE.padEnd(200_000, '\r\n')),
    ])
      expect(policyOfRegistry(output), output.toString('latin1').slice(0, 300)).toEqual(UNREAD);
    for (const [output, fault] of [
      [bad('server    REG_SZ    https', 'server    REG_SZ    http'), 'server'],
      [bad('centre.example', 'centre.exa mple'), 'server'],
      [bad('02:30', '25:30'), 'updates.installAt'],
    ] as const)
      expect(policyOfRegistry(output).faults).toEqual([fault]);
  });

  // Would catch: an output that makes the program fail at its start.
  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void policyOfRegistry(bytes)),
    );
    const line = fc.constantFrom(
      ...WHOLE.split('\r\n'),
      '    x    REG_SZ',
      '    (x)    REG_SZ    y',
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => void policyOfRegistry(Buffer.from(lines.join('\n')))),
    );
  });
});
