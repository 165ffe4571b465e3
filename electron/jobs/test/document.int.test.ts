import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openssl } from '../../device/test/softhsm-rig';
import { judgeRevocation } from '../package/revocation';
import { sentenceOf } from '../package/statement';
import type { VerifyOptions } from '../package/verify';
import { verifyFile } from '../package/verify-document';
import { makePackage, makePackageRig } from './package-rig';

const rig = makePackageRig();
const file = (name: string) => join(rig.folder, name);
const target = file('document.zip');
const trust = { trustRoots: [rig.rootDer] };
let pdf: Buffer;
afterAll(() => rig.remove());

beforeAll(async () => {
  await makePackage(rig, { count: 12, target });
  execFileSync('unzip', ['-q', '-o', target, 'report.pdf', '-d', rig.folder]);
  pdf = readFileSync(file('report.pdf'));
});

async function judge(bytes: Uint8Array, options: VerifyOptions = trust) {
  writeFileSync(file('given.pdf'), bytes);
  return verifyFile(file('given.pdf'), options);
}

describe('a single signed PDF', () => {
  // Bug: a document that pdfsig accepts is refused, or trusted without a root that leads to it.
  it('is valid under its root, and of an unknown issuer without', async () => {
    expect(execFileSync('pdfsig', ['-nocert', file('report.pdf')], { encoding: 'utf8' })).toContain(
      'Signature is Valid',
    );
    const report = await judge(pdf);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.verdict).toBe('valid');
    expect(report.signer?.subject).toContain('Wang Wei');
    expect(Math.abs((report.signingTimeMs ?? 0) - Date.now())).toBeLessThan(3_600_000);
    expect((await judge(pdf, { trustRoots: [] })).verdict).toBe('unknown-issuer');
  });

  // Bug: an incremental update after signing, which readers show in the place of what was signed, goes unseen.
  it('is refused with an update after the signature', async () => {
    const start = pdf.lastIndexOf('startxref');
    const before = /startxref\s+(\d+)/u.exec(pdf.toString('latin1', start))?.[1];
    const object = `\n9999 0 obj\n<< /Type /Annot >>\nendobj\n`;
    const at = pdf.length + 1;
    const update = `${object}xref\n9999 1\n${String(at).padStart(10, '0')} 00000 n \ntrailer\n<< /Size 10000 /Prev ${before} >>\nstartxref\n${pdf.length + object.length}\n%%EOF\n`;
    const report = await judge(Buffer.concat([pdf, Buffer.from(update)]));
    expect(report.verdict).toBe('invalid');
    expect(sentenceOf(report)).toMatch(/^Proven: nothing\. Reason: document: the byte range/u);
    expect((await judge(Buffer.concat([pdf, Buffer.from('\n')]))).verdict).toBe('invalid');
  });

  // Bug: a PDF that nobody signed, as our own records are (their signature lies beside them), reads "altered".
  it('is told as unsigned where it has no signature', async () => {
    const report = await judge(Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n'));
    expect(report.verdict).toBe('unsigned');
    expect(sentenceOf(report)).toContain('Proven: nothing. no signature in this PDF');
  });

  // Bug: with two signatures the first that holds is believed, whatever the second one covers.
  it('is refused with a second signature', async () => {
    const range = /\/ByteRange \[[^\]]+\]/u.exec(pdf.toString('latin1'))?.[0] ?? '';
    const second = `\n9999 0 obj\n<< /Type /Sig ${range} >>\nendobj\n%%EOF\n`;
    const report = await judge(Buffer.concat([pdf, Buffer.from(second)]));
    expect(report.verdict).toBe('invalid');
    expect(report.checks[0]?.detail).toContain('not exactly one signature');
  });

  // Bug: some byte of the document is covered by nothing, or a damaged one crashes the verifier.
  it('is refused for any flipped bit and any cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(pdf.length - 1), fc.nat(7), async (position, bit) => {
        const altered = Buffer.from(pdf);
        altered[position] = (altered[position] ?? 0) ^ (1 << bit);
        // A flipped magic is no PDF, and no archive either.
        expect((await judge(altered)).verdict).toBe('invalid');
      }),
      { numRuns: 60 },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(pdf.length - 1), async (length) => {
        expect((await judge(pdf.subarray(0, length))).verdict).toBe('invalid');
      }),
      { numRuns: 30 },
    );
  });
});

describe('a revocation list', () => {
  const revoked = 'revoked.crl';
  const days = (days: number) => new Date(Date.now() + days * 86_400_000);

  /** A list by openssl's own authority program, signed by the rig's root. */
  function listOf(
    name: string,
    serials: readonly string[],
    options: readonly string[] = [],
    from = { certificate: 'root.pem', key: 'root.key', md: 'sha256' },
  ): Uint8Array {
    writeFileSync(
      file('ca.cnf'),
      `[ca]\ndefault_ca=me\n[me]\ndatabase=${file('index.txt')}\ncertificate=${file(from.certificate)}\nprivate_key=${file(from.key)}\ndefault_md=${from.md}\ndefault_crl_days=30\ncrlnumber=${file('crlnumber')}\n`,
    );
    const stamp = (date: Date) => `${date.toISOString().slice(2, 19).replace(/[-:T]/gu, '')}Z`;
    writeFileSync(
      file('index.txt'),
      serials
        .map((one) => `R\t${stamp(days(700))}\t${stamp(days(-1))}\t${one}\tunknown\t/CN=x\n`)
        .join(''),
    );
    writeFileSync(file('crlnumber'), '01\n');
    execFileSync(
      'openssl',
      ['ca', '-gencrl', '-config', file('ca.cnf'), '-out', file('list.pem'), ...options],
      {
        cwd: rig.folder,
        stdio: 'pipe',
      },
    );
    execFileSync('openssl', [
      'crl',
      '-in',
      file('list.pem'),
      '-outform',
      'DER',
      '-out',
      file(name),
    ]);
    return new Uint8Array(readFileSync(file(name)));
  }
  const serialOf = (name: string) =>
    execFileSync('openssl', ['x509', '-in', file(`${name}.pem`), '-noout', '-serial'], {
      encoding: 'utf8',
    })
      .trim()
      .replace('serial=', '');

  // Bug: a revoked signer goes on being valid, or every signer counts as revoked once there is a list.
  it('tells a revoked signer from the others', async () => {
    const list = listOf(revoked, [serialOf('ec')]);
    const report = await judge(pdf, { ...trust, revocationLists: [list] });
    expect(report.verdict).toBe('invalid');
    expect(sentenceOf(report)).toContain('was revoked on');
    const other = listOf('other.crl', [serialOf('rsa')]);
    const well = await judge(pdf, { ...trust, revocationLists: [other] });
    expect(well.verdict).toBe('valid');
    expect(sentenceOf(well)).toContain('the signer was not revoked as of');
  });

  // Bug: anybody's list is believed, so a stranger can revoke a signer, or keep a revoked one alive with a newer one.
  it('is believed only when the issuer signed it', async () => {
    const list = listOf(revoked, [serialOf('ec')]);
    const altered = Uint8Array.from(list);
    const last = altered.length - 1;
    altered[last] = (altered[last] ?? 0) ^ 1;
    const report = await judge(pdf, { ...trust, revocationLists: [altered] });
    expect(report.verdict).toBe('valid');
    expect(sentenceOf(report)).toContain('Not proven');
    expect(sentenceOf(report)).toContain('no revocation list of the issuer at hand');
    // An altered newer list does not hide the genuine one.
    const newer = listOf('newer.crl', []);
    newer[newer.length - 1] = (newer[newer.length - 1] ?? 0) ^ 1;
    const both = await judge(pdf, { ...trust, revocationLists: [newer, list] });
    expect(both.verdict).toBe('invalid');
  });

  // Bug: lists of Chinese authorities, signed by SM2 over SM3, are passed over, or believed without being checked.
  it('of an SM2 authority counts too', async () => {
    const id = ['-sigopt', 'distid:1234567812345678'];
    const make = (...args: string[]) => openssl(rig.folder, ...args);
    make('ecparam', '-name', 'SM2', '-genkey', '-noout', '-out', 'smroot.key');
    make(
      ...['req', '-x509', '-new', '-key', 'smroot.key', '-sm3', ...id, '-subj', '/CN=SM Root'],
      ...['-addext', 'basicConstraints=critical,CA:TRUE', '-out', 'smroot.pem'],
    );
    make('ecparam', '-name', 'SM2', '-genkey', '-noout', '-out', 'smleaf.key');
    make(
      ...['req', '-new', '-key', 'smleaf.key', '-sm3', ...id, '-subj', '/CN=Leaf'],
      ...['-out', 'smleaf.csr'],
    );
    make(
      ...['x509', '-req', '-in', 'smleaf.csr', '-CA', 'smroot.pem', '-CAkey', 'smroot.key'],
      ...['-sm3', ...id, '-vfyopt', 'distid:1234567812345678', '-set_serial', '0x9ABC'],
      ...['-out', 'smleaf.pem'],
    );
    const der = (name: string) => {
      make('x509', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.der`);
      return new Uint8Array(readFileSync(file(`${name}.der`)));
    };
    const chain = [der('smleaf'), der('smroot')];
    const from = { certificate: 'smroot.pem', key: 'smroot.key', md: 'sm3' };
    const ask = (lists: readonly Uint8Array[]) =>
      judgeRevocation({
        chain,
        lists,
        provenBeforeMs: undefined,
        claimedMs: Date.now() - 86_400_000,
        nowMs: Date.now(),
      });
    const list = listOf('sm.crl', ['9ABC'], id, from);
    expect((await ask([list])).state).toBe('revoked');
    expect((await ask([listOf('sm2.crl', ['9ABD'], id, from)])).state).toBe('good');
    const forged = Uint8Array.from(list);
    forged[forged.length - 1] = (forged[forged.length - 1] ?? 0) ^ 1;
    expect((await ask([forged])).state).toBe('none');
    // Signed before it was revoked, as the server's countersignature would prove.
    const provenBeforeMs = Date.now() - 9 * 86_400_000;
    const early = { chain, lists: [list], provenBeforeMs, claimedMs: undefined };
    expect((await judgeRevocation({ ...early, nowMs: Date.now() })).state).toBe('before');
  });

  // Bug: a list that is long overdue counts as today's.
  it('that is overdue is said to be', async () => {
    const old = listOf(
      'old.crl',
      [],
      ['-crl_lastupdate', '20240101000000Z', '-crl_nextupdate', '20240201000000Z'],
    );
    const report = await judge(pdf, { ...trust, revocationLists: [old] });
    expect(report.verdict).toBe('valid');
    expect(sentenceOf(report)).toContain('a newer list was due on 2024-02-01');
  });

  // Bug: a list of the first of the month "proves" that a key with which somebody signed on the twentieth was not revoked.
  it('that is older than the signature proves nothing of it', async () => {
    const stamp = (date: Date) => `${date.toISOString().slice(0, 19).replace(/[-:T]/gu, '')}Z`;
    const span = ['-crl_lastupdate', stamp(days(-9)), '-crl_nextupdate', stamp(days(20))];
    const earlier = listOf('earlier.crl', [], span);
    const report = await judge(pdf, { ...trust, revocationLists: [earlier] });
    expect(report.verdict).toBe('valid');
    expect(report.notRevokedMs).toBeUndefined();
    const [proven, open] = sentenceOf(report).split('Not proven');
    expect(proven).not.toContain('not revoked');
    expect(open).toContain('a list that was made before the signature');
    // Of a document signed before it, it is proof as of its own day.
    const now = await judge(pdf, { ...trust, revocationLists: [listOf('now.crl', [])] });
    expect(Math.abs((now.notRevokedMs ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  // Bug: bytes that are no list crash the verifier, or take the whole answer with them.
  it('that is malformed is passed over', async () => {
    const list = listOf(revoked, [serialOf('ec')]);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(list.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          const altered = Uint8Array.from(list);
          altered[at] = (altered[at] ?? 0) ^ mask;
          const report = await judge(pdf, { ...trust, revocationLists: [altered] });
          expect(report.verdict).toBe('valid');
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the sentence', () => {
  // Bug: a whole package is said to be proven in time or against revocation when nothing was compared.
  it('says what is proven and what is not', async () => {
    copyFileSync(target, file('sentence.zip'));
    const report = await verifyFile(file('sentence.zip'), trust);
    expect(sentenceOf(report)).toMatch(
      /^Proven: all files are what .*Wang Wei.* signed; a trusted authority issued the certificate\. Not proven: when it was signed \(.* is a claim\); that the certificate was not revoked/u,
    );
    appendFileSync(file('sentence.zip'), 'x');
    expect(sentenceOf(await verifyFile(file('sentence.zip'), trust))).toMatch(/^Proven: nothing/u);
  });
});
