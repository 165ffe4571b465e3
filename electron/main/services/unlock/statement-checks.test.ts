import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

  // Bug: slots that open beside an office.json in which the authority was replaced.
  it('binds the slots to the authority', () => {
    expect(slotOffice('330600', pem('ca'))).not.toBe(slotOffice('330600', pem('other')));
    expect(() => slotOffice('330600', 'no certificate')).toThrow('KEYSLOTS_DAMAGED');
  });
});
