import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Authority } from './authority';
import { fileKeys } from './key-provider';
import { secretMemory } from './secret-place';

describe('the authority', () => {
  // Would catch: certificates that only our own code accepts (openssl is the independent judge).
  it('issues certificates that openssl verifies for their purpose only', async () => {
    const now = Date.now();
    const authority = await Authority.open(fileKeys(secretMemory()), undefined, now);
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const device = await authority.issueDevice(
      'D-1',
      publicKey.export({ type: 'spki', format: 'der' }),
      now,
    );
    const server = await authority.issueServer(['localhost', '127.0.0.1', '::1'], now);
    const folder = mkdtempSync(join(tmpdir(), 'fc-ca-'));
    try {
      const file = (name: string, text: string): string => {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
      };
      const ca = file('ca.pem', authority.caPem);
      const verify = (purpose: string, path: string): string =>
        execFileSync(
          'openssl',
          ['verify', '-x509_strict', '-purpose', purpose, '-CAfile', ca, path],
          { encoding: 'utf8', stdio: 'pipe' },
        );
      expect(verify('sslclient', file('device.pem', device))).toContain('OK');
      expect(verify('sslserver', file('server.pem', server))).toContain('OK');
      expect(() => verify('sslserver', join(folder, 'device.pem'))).toThrow();
      const certificate = new X509Certificate(server);
      expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
      expect(certificate.checkHost('localhost')).toBe('localhost');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('key wrapping', () => {
  // Would catch: wrapped keys of one region that open as another's, or after an edit.
  it('opens only unaltered and in its own context', () => {
    const keys = fileKeys(secretMemory());
    const wrapped = keys.wrap(Buffer.from('secret'), 'slice 3306');
    expect(keys.unwrap(wrapped, 'slice 3306').toString()).toBe('secret');
    expect(() => keys.unwrap(wrapped, 'slice 3307')).toThrow();
    wrapped[14] = (wrapped[14] ?? 0) ^ 1;
    expect(() => keys.unwrap(wrapped, 'slice 3306')).toThrow();
  });
});
