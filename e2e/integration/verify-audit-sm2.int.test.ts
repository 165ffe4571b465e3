import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendEntry, nextAuditKey } from '../../electron/crypto/audit-chain';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { AUDIT_START } from '../../shared/protocol/audit-chain';
import { AUDIT_FILE_FORM } from '../../shared/protocol/audit-file';
import { intentMessage } from '../../shared/protocol/intents';
import { appPath } from './desk-rig';

const run = promisify(execFile);
const DEVICE = 'D-1';
const ENTRIES = 5;
/** The identity that GB/T 32918 signs with where nothing else was agreed. */
const DEFAULT_ID = '1234567812345678';
let folder: string;
const inFolder = (name: string) => join(folder, name);
const openssl = (...args: readonly string[]) => run('openssl', args, { cwd: folder });

/** An SM2 key with a certificate of its own, or one that an authority of SM2 issued. */
async function makeKey(name: string, issuer?: string): Promise<Buffer> {
  await openssl('ecparam', '-name', 'SM2', '-genkey', '-noout', '-out', `${name}.key`);
  // With the default identity, as authorities sign (GM/T 0015); openssl alone takes none.
  const identity = ['-sigopt', `distid:${DEFAULT_ID}`];
  const subject = ['-subj', `/CN=${name}`, '-sm3', ...identity];
  if (issuer === undefined)
    await openssl(
      'req',
      '-x509',
      '-new',
      '-key',
      `${name}.key`,
      ...subject,
      '-days',
      '30',
      '-out',
      `${name}.pem`,
    );
  else {
    await openssl('req', '-new', '-key', `${name}.key`, ...subject, '-out', `${name}.csr`);
    const by = [
      '-CA',
      `${issuer}.pem`,
      '-CAkey',
      `${issuer}.key`,
      '-CAcreateserial',
      '-sm3',
      ...identity,
      '-vfyopt',
      `distid:${DEFAULT_ID}`,
    ];
    await openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...by,
      '-days',
      '30',
      '-out',
      `${name}.pem`,
    );
  }
  await openssl('x509', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.der`);
  return readFile(inFolder(`${name}.der`));
}

/** The signature as openssl makes it: nothing of the product or the verifier is in it. */
async function sign(name: string, message: Uint8Array, id = DEFAULT_ID): Promise<string> {
  await writeFile(inFolder('message'), message);
  const how = ['-rawin', '-digest', 'sm3', '-pkeyopt', `distid:${id}`];
  await openssl(
    'pkeyutl',
    '-sign',
    '-inkey',
    `${name}.key`,
    ...how,
    '-in',
    'message',
    '-out',
    'sig',
  );
  return (await readFile(inFolder('sig'))).toString('base64');
}

interface Signing {
  readonly by: string;
  readonly certificates: readonly Buffer[];
  readonly id?: string;
  readonly alg?: string;
  /** Changes the signature. */
  readonly bend?: (signature: Buffer) => Buffer;
  /** What is written as signed, where it is another than what was. */
  readonly claimed?: Readonly<Record<string, unknown>>;
  /** What somebody wrote into the first entry. */
  readonly note?: string;
}

/** A whole log whose end is signed so; what the verifier says of it. */
async function verdictOf(
  { by, certificates, id, alg = 'SM2', bend, claimed, note = '' }: Signing,
  ...options: readonly string[]
) {
  let head = AUDIT_START;
  let key: Uint8Array = new Uint8Array(32).fill(7);
  const lines: object[] = [{ form: AUDIT_FILE_FORM, office: '330100', device: DEVICE, madeMs: 1 }];
  for (let i = 1; i <= ENTRIES; i++) {
    const facts = { atMs: i, actor: 'u1', device: DEVICE, kind: 'login' };
    const { header, mac, payload, salt, head: next } = appendEntry(head, facts, { i, note }, key);
    lines.push({ header, mac, payload, salt: Buffer.from(salt ?? []).toString('base64') });
    head = next;
    key = nextAuditKey(key);
  }
  const said = {
    type: 'checkpoint-intent',
    device: DEVICE,
    badge: 'A1',
    name: '陈审',
    atMs: Date.now() + 1_000,
    seq: head.seq,
    head: head.hash,
  };
  const intent = canonicalJson(said);
  const fingerprint = createHash('sha256')
    .update(certificates[0] ?? '')
    .digest('hex');
  const sig = Buffer.from(await sign(by, intentMessage(fingerprint, intent), id), 'base64');
  const signed = {
    alg,
    intent: claimed === undefined ? intent : canonicalJson({ ...said, ...claimed }),
    certificates: certificates.map((der) => der.toString('base64')),
    sig: (bend?.(sig) ?? sig).toString('base64'),
  };
  lines.push({ end: { seq: head.seq, head: head.hash }, signed });
  const path = inFolder('log.jsonl');
  await writeFile(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  try {
    const program = appPath('build/verify-audit.mjs');
    const { stdout } = await run(process.execPath, [program, path, ...options]);
    return { code: 0, text: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, text: stdout + stderr };
  }
}

let own: Buffer;
let other: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-sm2-log-'));
  own = await makeKey('own');
  other = await makeKey('other');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a log whose end was signed by SM2, as openssl signs', () => {
  // Bugs: a sum of the curve that is wrong for some numbers, a leading zero or a high bit in r or s that is read wrongly.
  it('holds, whatever the numbers are', async () => {
    for (let i = 0; i < 8; i++) {
      const name = `key${i}`;
      const verdict = await verdictOf({ by: name, certificates: [await makeKey(name)] });
      expect(verdict, verdict.text).toMatchObject({ code: 0 });
      expect(verdict.text).toContain('陈审');
      expect(verdict.text).toContain(`of CN=${name}`);
    }
  });

  // Bugs: a verifier that says yes to anything of the right length; that takes another key, identity or kind of signature.
  const bent: Readonly<Record<string, () => Signing>> = {
    'one bit of r changed': () => ({ by: 'own', certificates: [own], bend: flipped(12) }),
    'one bit of s changed': () => ({ by: 'own', certificates: [own], bend: flipped(60) }),
    "another person's key": () => ({ by: 'other', certificates: [own] }),
    "another person's certificate": () => ({ by: 'own', certificates: [other] }),
    'another identity': () => ({ by: 'own', certificates: [own], id: 'ALICE123@YAHOO.COM' }),
    'called ECDSA': () => ({ by: 'own', certificates: [own], alg: 'ES256' }),
    'called by no name': () => ({ by: 'own', certificates: [own], alg: 'none' }),
    'another statement': () => ({ by: 'own', certificates: [own], claimed: { name: '王伟' } }),
    'zeros for numbers': () => ({
      by: 'own',
      certificates: [own],
      bend: () => Buffer.from('3006020100020100', 'hex'),
    }),
    'no signature at all': () => ({ by: 'own', certificates: [own], bend: () => Buffer.alloc(0) }),
  };
  const flipped = (at: number) => (signature: Buffer) => {
    const changed = Buffer.from(signature);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    return changed;
  };
  for (const [what, make] of Object.entries(bent))
    it(`does not hold with ${what}`, async () => {
      const verdict = await verdictOf(make());
      expect(verdict.code, verdict.text).toBe(1);
    });

  // Bug: an authority of SM2 that nobody can name as trusted, or any authority that counts as the named one.
  it('says whether the named authority issued the certificate', async () => {
    await makeKey('root');
    const issued = await makeKey('issued', 'root');
    const signing = { by: 'issued', certificates: [issued] };
    const known = await verdictOf(signing, '--trust', inFolder('root.pem'));
    expect(known.code, known.text).toBe(0);
    const stranger = await verdictOf(signing, '--trust', inFolder('other.pem'));
    expect(known.text).toContain('another root, or out of force: 0');
    expect(stranger.code).toBe(1);
    expect(stranger.text).toContain('another root, or out of force: 1');
  });

  // Bug: a certificate that names the authority as its issuer, and was signed by somebody else, counts as its own.
  it('a forged certificate is of another root', async () => {
    await makeKey('root');
    const issued = await makeKey('issued', 'root');
    const at = issued.length - 10;
    issued.writeUInt8(issued.readUInt8(at) ^ 1, at);
    const verdict = await verdictOf(
      { by: 'issued', certificates: [issued] },
      '--trust',
      inFolder('root.pem'),
    );
    expect(verdict.text).toContain('another root, or out of force: 1');
  });

  // Bug: separators of lines, as pasted text has them, that break every log in which somebody wrote them.
  it('takes a note with separators of lines inside', async () => {
    const note = 'first\u2028second\u2029third\u0085fourth';
    const verdict = await verdictOf({ by: 'own', certificates: [own], note });
    expect(verdict.code, verdict.text).toBe(0);
  });

  // Bug: a head that is no number, which is then compared with nothing and said to be right.
  it('refuses a head or a key that is not one', async () => {
    const signing = { by: 'own', certificates: [own] };
    const hash = 'a'.repeat(64);
    for (const head of ['entry 5:aa', `#5:${hash}`, '5', `5:${hash}0`])
      expect((await verdictOf(signing, '--head', head)).code, head).toBe(2);
    expect((await verdictOf(signing, '--key', 'zz')).code).toBe(2);
    expect((await verdictOf(signing, '--head', `5:${hash}`)).text).toContain('another entry');
    expect((await verdictOf(signing, '--head', `6:${hash}`)).text).toContain('rolled back');
  });
});
