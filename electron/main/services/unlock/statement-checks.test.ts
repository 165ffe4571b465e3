import { execFileSync } from 'node:child_process';
import { createHash, sign, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { signStatement } from '../../../../shared/protocol/signed-statement';
import { slotOffice } from './slot-office';
import { StatementChecks } from './statement-checks';

describe('whom statements are believed', () => {
  let folder = '';
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const pem = (name: string) => readFileSync(join(folder, `${name}.pem`), 'utf8');
  const authority = (name: string) =>
    openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', '/CN=CA', '-days', '30'],
    );
  const leaf = (name: string, subject: string, ca: string, extensions: string) => {
    openssl(
      ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject],
    );
    writeFileSync(join(folder, 'ext'), `basicConstraints=CA:FALSE\n${extensions}`);
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', `${ca}.pem`, '-CAkey', `${ca}.key`],
      ...['-CAcreateserial', '-out', `${name}.pem`, '-days', '30', '-extfile', 'ext'],
    );
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fieldcert-statements-'));
    authority('ca');
    authority('other');
    const signing = 'keyUsage=critical,digitalSignature\n';
    leaf('statements', '/O=FieldCert/CN=statements', 'ca', signing);
    leaf('device', '/CN=D-1', 'ca', `${signing}extendedKeyUsage=clientAuth\n`);
    leaf('posing', '/CN=statements', 'ca', `${signing}extendedKeyUsage=clientAuth\n`);
    leaf('foreign', '/CN=statements', 'other', signing);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  // Bug: any leaf of the authority counts, so a device signs itself the role of head.
  it('believes the statement certificate alone, not devices or another authority', () => {
    expect(() => new StatementChecks(pem('ca'), pem('statements'))).not.toThrow();
    for (const name of ['device', 'posing', 'foreign']) {
      expect(() => new StatementChecks(pem('ca'), pem(name)), name).toThrow('STATEMENT_INVALID');
    }
    expect(() => new StatementChecks(pem('ca'), pem('ca'))).toThrow('STATEMENT_INVALID');
  });

  // Bug: a role that somebody wrote into a statement's text counts, or one that another key signed under the right name.
  it('believes what its key signed, to the letter', async () => {
    const checks = new StatementChecks(pem('ca'), pem('statements'));
    const spki = new X509Certificate(pem('statements')).publicKey.export({
      ...{ type: 'spki', format: 'der' },
    } as const);
    const kid = createHash('sha256').update(spki).digest('hex').slice(0, 16);
    const signedBy = (name: string, value: object) =>
      signStatement(kid, value, (bytes) =>
        sign('sha256', bytes, {
          ...{ key: readFileSync(join(folder, `${name}.key`)), dsaEncoding: 'ieee-p1363' },
        } as const),
      );
    const form = z.strictObject({ role: z.string() });
    const genuine = await signedBy('statements', { role: 'inspector' });
    const payload = genuine.payload.replace('inspector', 'head');
    expect(payload).not.toBe(genuine.payload);
    expect(await checks.open(genuine, form, 0)).toEqual({ ok: true, value: { role: 'inspector' } });
    for (const forged of [{ ...genuine, payload }, await signedBy('device', { role: 'head' })])
      for (const opened of [checks.open(forged, form, 0), checks.openTimeless(forged, form)])
        expect(await opened).toEqual({ ok: false, error: 'signature-bad' });
  });

  // Bug: slots that open beside an office.json in which the authority was replaced.
  it('binds the slots to the authority', () => {
    expect(slotOffice('330600', pem('ca'))).not.toBe(slotOffice('330600', pem('other')));
    expect(() => slotOffice('330600', 'no certificate')).toThrow('KEYSLOTS_DAMAGED');
  });
});
