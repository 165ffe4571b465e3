import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DEFAULT_TEMPLATES,
  FULL_TEMPLATE,
  permittedForm,
} from '../../../shared/domain/policy/export-templates';
import { type ExportIntent, type ExportTicket, intentBytes } from '../../../shared/protocol/ticket';
import type { ExportMeta } from '../package/manifest';
import { sentenceOf, statementOf } from '../package/statement';
import { verifyPackage } from '../package/verify';
import { makeMeta, makePackage, makePackageRig, type PackageRig } from './package-rig';
import {
  intentFor,
  makeTicketAuthority,
  signTicket,
  ticketAuthority,
  ticketFor,
} from './ticket-rig';

const OUTWARD = DEFAULT_TEMPLATES.find(({ id }) => id === 'outward') ?? FULL_TEMPLATE;
const intentDigest = (intent: ExportIntent): string =>
  createHash('sha256').update(intentBytes(intent)).digest('hex');

let rig: PackageRig;
beforeAll(() => {
  rig = makePackageRig();
});
afterAll(() => rig.remove());

const fresh = () => join(rig.folder, `${randomBytes(6).toString('hex')}.zip`);
const make = async (meta: ExportMeta, count = 3) => {
  const target = fresh();
  const published = await makePackage(rig, { count, meta, target });
  return { target, published };
};
const judge = (path: string, ticketRoots = [ticketAuthority().rootDer]) =>
  verifyPackage(path, { trustRoots: [rig.rootDer], ticketRoots });

/** What nobody may publish: the self-check of the maker is the verifier. */
async function refusal(meta: ExportMeta, count = 3): Promise<string> {
  const target = fresh();
  const error = await makePackage(rig, { count, meta, target }).catch((cause: Error) => cause);
  expect(existsSync(target)).toBe(false);
  return error instanceof Error ? error.message : 'published';
}

const withTicket = (change: Partial<ExportTicket>, meta = makeMeta()): ExportMeta => ({
  ...meta,
  ticket: signTicket(ticketFor(meta, change)),
});

describe('the person whom a package names', () => {
  // Would catch: a colleague's key that signs in an inspector's name, told as that inspector's own signature.
  it('is told apart from who signed', async () => {
    const own = await judge((await make(makeMeta())).target);
    expect(own.checks).toContainEqual(
      expect.objectContaining({ id: 'requester', ok: true, isNotice: false }),
    );
    expect(statementOf(own).open).not.toContain('requester');

    const requester = { badge: 'B-2048', name: '李娜', role: '检查员' };
    const other = await judge((await make(makeMeta({ requester }))).target);
    expect(other.verdict).toBe('valid');
    expect(other.checks).toContainEqual({
      id: 'requester',
      ok: true,
      isNotice: true,
      detail:
        'in the name of 李娜 B-2048, signed with the key of O=Office, CN=Wang Wei, SERIALNUMBER=A-1024',
    });
    expect(statementOf(other).open).toContain('requester');
    expect(sentenceOf(other)).toContain('Not proven: that the person named in it signed (in the');
  });
});

describe('the ticket in a package', () => {
  // Would catch: a second factor that anybody could make: unsigned, altered, expired, or somebody else's.
  it('is refused when it does not fit, for each thing in which it may not', async () => {
    const meta = makeMeta();
    const at = meta.createdAtMs;
    const foreign: readonly [Partial<ExportTicket>, string][] = [
      [{ office: '330700' }, 'foreign-office'],
      [{ device: 'D-OTHER' }, 'foreign-device'],
      [{ userId: 'x' }, 'foreign-person'],
      [{ badge: 'B-1' }, 'foreign-person'],
      [{ intent: 'ab'.repeat(32) }, 'other-intent'],
      [{ regions: ['3306'] }, 'scope'],
      [{ purposes: ['reminder'] }, 'purpose'],
      [{ maxRows: 2 }, 'rows'],
      [{ issuedMs: at + 3_600_000, expiresMs: at + 7_200_000 }, 'not-yet-valid'],
      [{ expiresMs: at }, 'expired'],
      [{ reviewOver: 2 }, 'review-missing'],
      [{ forms: [permittedForm(OUTWARD)] }, 'form'],
      [{ forms: [{ ...permittedForm(FULL_TEMPLATE), maxRows: 2 }] }, 'form'],
    ];
    for (const [change, fault] of foreign)
      expect(await refusal(withTicket(change, meta)), fault).toContain(fault);
    const { statement, certificate } = meta.ticket;
    const payload = statement.payload.replace('"maxRows":', '"maxRows":9');
    const altered = { ...meta, ticket: { certificate, statement: { ...statement, payload } } };
    expect(await refusal(altered)).toContain('altered');
    const last = meta.intent.purpose;
    expect(await refusal({ ...meta, intent: { ...meta.intent, purpose: `${last}了` } })).toContain(
      'not what the ticket was asked for',
    );
    const late = { seq: 1, hash: 'cd'.repeat(32), atMs: at + 2 * 86_400_000 };
    expect(await refusal({ ...meta, lastReceipt: late })).toContain('expired');
  });

  // Would catch: a desk that was tampered with names the permitted form and packs more of each certificate, unmasked or in the open.
  it('names the forms, of which the package may have less and never more', async () => {
    const { names: _names, maxRows: _maxRows, ...own } = OUTWARD;
    const template = { ...own, name: OUTWARD.names['zh-CN'], columns: [...OUTWARD.columns] };
    const meta = makeMeta({ template });
    const asked = { ...meta, intent: intentFor({ ...meta, template }) };
    const permitted = permittedForm(OUTWARD);
    const by = (change: Partial<typeof permitted>) =>
      withTicket({ forms: [permittedForm(FULL_TEMPLATE), { ...permitted, ...change }] }, asked);
    const { target } = await make(by({}));
    expect((await judge(target)).checks).toContainEqual(
      expect.objectContaining({ id: 'ticket', ok: true }),
    );
    await make(by({ columns: [...permitted.columns, 'issuer'], masking: 'standard' }));
    expect(await refusal(by({ columns: permitted.columns.slice(1) }))).toContain('form');
    expect(await refusal(by({ needsRecipient: true }))).toContain('form');
    expect(await refusal(by({ id: 'other' }))).toContain('form');
  });

  // Would catch: a genuine package of a newer centre that reads "altered" wherever the verifier was not updated; one whose ticket counts
  // although nobody here can read its limits; an altered one that passes for newer.
  it('is not judged where it says what this program does not know', async () => {
    const meta = makeMeta();
    const newer = signTicket({ ...ticketFor(meta), hours: [9, 17] } as ExportTicket);
    const { target } = await make({ ...meta, ticket: newer });
    const report = await judge(target);
    expect(report.verdict).toBe('unknown-issuer');
    expect(report.checks.find(({ id }) => id === 'ticket')).toMatchObject({
      ...{ ok: true, isNotice: true, detail: expect.stringContaining('newer') },
    });
    expect(statementOf(report)).toMatchObject({ open: expect.arrayContaining(['ticket', 'time']) });
    expect(report.notBeforeMs).toBeUndefined();
    const { payload } = newer.statement;
    const altered = { ...newer.statement, payload: payload.replace('[9,17]', '[9,18]') };
    expect(await refusal({ ...meta, ticket: { ...newer, statement: altered } })).toContain(
      'altered',
    );
  });

  // Would catch: a ticket for one export that opens another, or one that its own export cannot use.
  it('may be bound to one intent, and fits that one', async () => {
    const meta = makeMeta();
    const bound = withTicket({ intent: intentDigest(intentFor(meta)), way: 'sms' }, meta);
    const { target } = await make(bound);
    expect((await judge(target)).verdict).toBe('valid');
  });

  // Would catch: a forger who brings an authority of his own, or any certificate of the office's authority.
  it('counts under the office’s authority alone, signed by its statement key', async () => {
    const { target } = await make(makeMeta());
    const known = await judge(target);
    expect(known.checks.find(({ id }) => id === 'ticket')).toMatchObject({
      ok: true,
      isNotice: false,
    });
    const unknown = await judge(target, []);
    expect(unknown.verdict).toBe('unknown-issuer');
    expect(unknown.checks.find(({ id }) => id === 'ticket')?.isNotice).toBe(true);
    const elsewhere = makeTicketAuthority();
    // Bug: a genuine package of another centre reads "altered" at every enrolled desk.
    const foreign = await judge(target, [elsewhere.rootDer]);
    expect(foreign.verdict).toBe('unknown-issuer');
    expect(foreign.checks.find(({ id }) => id === 'ticket')).toMatchObject({
      ok: true,
      isNotice: true,
    });
    const meta = makeMeta();
    for (const authority of [
      makeTicketAuthority('/CN=D-SOMEDEVICE'),
      makeTicketAuthority('/CN=statements', 'extendedKeyUsage=clientAuth'),
    ]) {
      const ticket = signTicket(ticketFor(meta), authority);
      expect(await refusal({ ...meta, ticket })).toContain('not for statements');
    }
  });

  // Would catch: a format that only we can read: openssl is given the manifest and the authority, nothing else.
  it('is checked by openssl as FORMAT.md says, and a changed byte is refused', async () => {
    const { target } = await make(makeMeta());
    const folder = mkdtempSync(join(tmpdir(), 'fieldcert-ticket-'));
    const openssl = (...args: string[]) =>
      execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    execFileSync('unzip', ['-q', target, 'manifest.json', '-d', folder]);
    const { ticket } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
      ticket: { certificate: string; statement: { payload: string; kid: string; sig: string } };
    };
    const { kid, payload, sig } = ticket.statement;
    writeFileSync(join(folder, 'ca.der'), ticketAuthority().rootDer);
    writeFileSync(join(folder, 'statements.der'), Buffer.from(ticket.certificate, 'base64'));
    openssl('x509', '-inform', 'DER', '-in', 'ca.der', '-out', 'ca.pem');
    openssl('x509', '-inform', 'DER', '-in', 'statements.der', '-out', 'statements.pem');
    expect(openssl('verify', '-CAfile', 'ca.pem', 'statements.pem')).toContain('OK');
    const hex = Buffer.from(sig, 'base64url').toString('hex');
    writeFileSync(
      join(folder, 'sig.conf'),
      `asn1=SEQUENCE:s\n[s]\nr=INTEGER:0x${hex.slice(0, 64)}\ns=INTEGER:0x${hex.slice(64)}\n`,
    );
    openssl('asn1parse', '-genconf', 'sig.conf', '-noout', '-out', 'sig.der');
    writeFileSync(
      join(folder, 'statements.pub'),
      openssl('x509', '-in', 'statements.pem', '-pubkey', '-noout'),
    );
    const check = (text: string) => {
      writeFileSync(join(folder, 'signed.bin'), `fieldcert-statement-v1\n${kid}\n${text}`);
      return openssl(
        ...['dgst', '-sha256', '-verify', 'statements.pub', '-signature', 'sig.der', 'signed.bin'],
      );
    };
    expect(check(payload)).toContain('Verified OK');
    expect(() => check(payload.replace('1000000', '1000001'))).toThrow();
    rmSync(folder, { recursive: true, force: true });
  });

  // Would catch: a file that leaves the office without the number by which it is found again.
  it('goes with a trace number that every file carries', async () => {
    const meta = makeMeta({});
    const { target } = await make(meta, 12);
    const folder = mkdtempSync(join(tmpdir(), 'fieldcert-trace-'));
    execFileSync('unzip', ['-q', target, '-d', folder]);
    const { traceId } = meta;
    expect(readFileSync(join(folder, 'data.csv'), 'utf8')).toContain(traceId);
    expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).toContain(traceId);
    execFileSync('unzip', ['-q', join(folder, 'data.xlsx'), '-d', join(folder, 'xlsx')]);
    const sheets = execFileSync('grep', ['-rl', traceId, join(folder, 'xlsx')], {
      encoding: 'utf8',
    });
    expect(sheets).toContain('sheet');
    const pages = execFileSync('pdftotext', ['-layout', join(folder, 'report.pdf'), '-'], {
      encoding: 'utf8',
    }).split('\f');
    const written = pages.filter((page) => page.trim() !== '');
    expect(written.length).toBeGreaterThan(1);
    for (const page of written) expect(page).toContain(traceId);
    rmSync(folder, { recursive: true, force: true });
  });
});
