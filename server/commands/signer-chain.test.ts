import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainFault } from './signer-chain';

const DAY_MS = 86_400_000;
const CA = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign';
const SIGNER = 'basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldcert-chain-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const openssl = (...args: readonly string[]) =>
  execFileSync('openssl', [...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });

/** Certificates as the openssl program makes them, of one kind of key. */
function authority(kind: 'P-256' | 'SM2') {
  const curve = kind === 'P-256' ? 'prime256v1' : 'SM2';
  const digest = kind === 'P-256' ? '-sha256' : '-sm3';
  const id = kind === 'SM2' ? ['-vfyopt', 'distid:1234567812345678'] : [];
  const signId = kind === 'SM2' ? ['-sigopt', 'distid:1234567812345678'] : [];
  const read = (name: string) =>
    new Uint8Array(new X509Certificate(readFileSync(join(folder, `${name}.pem`))).raw);
  /** `issuer` null: self-signed. `name` is the file's, `subject` the holder's. */
  return (name: string, issuer: string | null, extensions: string, days = 100, subject = name) => {
    openssl(
      'genpkey',
      '-algorithm',
      'EC',
      '-pkeyopt',
      `ec_paramgen_curve:${curve}`,
      '-out',
      `${name}.key`,
    );
    openssl(
      'req',
      '-new',
      '-key',
      `${name}.key`,
      '-subj',
      `/CN=${subject}`,
      digest,
      ...signId,
      '-out',
      `${name}.csr`,
    );
    writeFileSync(join(folder, `${name}.ext`), `${extensions}\n`);
    const by =
      issuer === null
        ? ['-signkey', `${name}.key`]
        : ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial'];
    const files = ['-in', `${name}.csr`, '-extfile', `${name}.ext`, '-out', `${name}.pem`];
    openssl('x509', '-req', ...files, ...by, digest, '-days', String(days), ...id, ...signId);
    return read(name);
  };
}

describe.each(['P-256', 'SM2'] as const)("a signer's chain of %s", (kind) => {
  // Would catch: any certificate taken whoever issued it, one that has ended, one for encryption, an issuer that may
  // not issue, a root of the same name, and a good one refused.
  it('counts from a trusted root, in force, for signatures, and not otherwise', () => {
    const make = authority(kind);
    const nowMs = Date.now() + 60_000;
    const root = make(`${kind}-root`, null, CA, 1_000);
    const middle = make(`${kind}-middle`, `${kind}-root`, CA, 500);
    const good = make(`${kind}-good`, `${kind}-middle`, SIGNER);
    expect(chainFault(good, [middle], [root], nowMs)).toBeNull();
    expect(chainFault(good, [], [root, middle], nowMs)).toBeNull();
    // The certificate between them is missing.
    expect(chainFault(good, [], [root], nowMs)).toBe('signer-issuer');
    // A root that came with the signature is nobody's.
    expect(chainFault(good, [middle, root], [], nowMs)).toBe('signer-issuer');
    // Another authority that calls itself by the same name.
    const imitation = make(`${kind}-imitation`, null, CA, 1_000, `${kind}-root`);
    const foreign = make(`${kind}-foreign`, `${kind}-imitation`, SIGNER);
    expect(chainFault(foreign, [imitation], [root], nowMs)).toBe('signer-issuer');
    // A person's certificate issues nothing.
    const child = make(`${kind}-child`, `${kind}-good`, SIGNER);
    expect(chainFault(child, [good, middle], [root], nowMs)).toBe('signer-issuer');
    expect(chainFault(good, [middle], [root], nowMs + 101 * DAY_MS)).toBe('signer-expired');
    expect(chainFault(good, [middle], [root], nowMs - 10 * DAY_MS)).toBe('signer-expired');
    // The authority in between ended before the person's did.
    const long = make(`${kind}-long`, `${kind}-middle`, SIGNER, 900);
    expect(chainFault(long, [middle], [root], nowMs + 600 * DAY_MS)).toBe('signer-expired');
    const sealing = 'basicConstraints=CA:FALSE\nkeyUsage=critical,keyEncipherment';
    const wrong = make(`${kind}-wrong`, `${kind}-middle`, sealing);
    expect(chainFault(wrong, [middle], [root], nowMs)).toBe('signer-usage');
    expect(chainFault(middle, [], [root], nowMs)).toBe('signer-usage');
    // One altered byte in what the issuer signed, or nothing that is a certificate.
    const bent = Uint8Array.from(good);
    bent[bent.length - 3] = (bent[bent.length - 3] ?? 0) ^ 1;
    expect(chainFault(bent, [middle], [root], nowMs)).toBe('signer-issuer');
    expect(chainFault(Uint8Array.of(0x30, 0), [middle], [root], nowMs)).toBe('signer-issuer');
  });
});
