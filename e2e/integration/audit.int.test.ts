import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRACTICE_PIN } from '../../electron/main/services/practice/practice-facts';
import { sql } from '../../electron/store/sql/tag';
import { openWritable } from '../../electron/store/sqlcipher';
import type { Role } from '../../shared/domain/model';
import { startTestCentral as startCentral } from '../rigs/central';
import { appPath, type DeskRig, startDeskRig } from './desk-rig';

const USERS: readonly { badge: string; name: string; role: Role }[] = [
  { badge: 'H1', name: '沈怀谨', role: 'head' },
  { badge: 'I1', name: '王伟', role: 'inspector' },
  { badge: 'S1', name: '周正', role: 'security-admin' },
  { badge: 'A1', name: '陈审', role: 'auditor' },
];
const bytes = (text: string) => new TextEncoder().encode(text);
const password = () => bytes('audit-2026');
const everything = { before: null, filter: {} };

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;
/** The first key of the log, as the auditor holds it, in hex. */
let firstKey = '';
const services = () => rig.office.demandServices();

async function openAs(badge: string): Promise<void> {
  await rig.office.lock('person');
  expect((await rig.office.open({ badge, password: password() })).outcome).toBe('opened');
}

const parts: Record<string, string> = {};

/** Takes the parts of the recovery key as their keepers do; the first session alone has them. */
async function takeParts(): Promise<void> {
  const { people } = services();
  await people.handOut();
  for (let outcome = 'next'; outcome === 'next'; ) {
    const { part, groups, askedGroup } = people.shown();
    parts[part] = groups.join('-');
    outcome = await people.confirmRecovery((groups[askedGroup - 1] ?? '').slice(0, 4));
  }
}

/** Gives the auditor a way in by them. */
async function addAuditor(): Promise<void> {
  await rig.office.lock('person');
  const [a, b] = [bytes(parts.a ?? ''), bytes(parts.b ?? '')];
  const outcome = await rig.office.recover({ a, b, badge: 'A1', password: password() });
  expect(outcome).toMatchObject({ outcome: 'opened' });
  firstKey = Buffer.from(services().sessions.demand().keys.copy('audit')).toString('hex');
}

/** Has the log written and signed as a person does; the lines of the file. */
async function exported(): Promise<{ readonly path: string; readonly lines: readonly string[] }> {
  const target = await mkdtemp(join(folder, 'export-'));
  rig.chosen.folder = target;
  const writing = services().auditLog.export();
  await expect.poll(() => rig.signing.isOpen, { timeout: 120_000 }).toBe(true);
  // The training key is made behind the opened session.
  const usable = async () =>
    (await services().signing.choices()).items.filter(({ shown }) => shown.state === 'usable');
  await expect.poll(async () => (await usable()).length, { timeout: 120_000 }).toBeGreaterThan(0);
  const [choice] = await usable();
  if (choice === undefined) throw new Error('no training key');
  const { tokenId, keyRef } = choice.shown;
  const outcome = await services().signing.confirm(tokenId, keyRef, bytes(PRACTICE_PIN));
  expect(outcome).toEqual({ outcome: 'signed' });
  const { file } = await writing;
  await expect.poll(() => rig.signing.isOpen, { timeout: 120_000 }).toBe(false);
  expect(await readdir(target)).toEqual([file?.name]);
  const path = join(target, file?.name ?? '');
  return { path, lines: (await readFile(path, 'utf8')).trimEnd().split('\n') };
}

interface Verdict {
  readonly code: number;
  readonly text: string;
}
async function verifier(path: string, ...options: readonly string[]): Promise<Verdict> {
  const program = appPath('build/verify-audit.mjs');
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [program, path, ...options]);
    return { code: 0, text: stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, text: stdout };
  }
}
async function verdictOf(
  lines: readonly string[],
  ...options: readonly string[]
): Promise<Verdict> {
  const path = join(folder, 'changed.jsonl');
  await writeFile(path, `${lines.join('\n')}\n`);
  return verifier(path, ...options);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-audit-'));
  central = await startCentral({ dir: join(folder, 'central') });
  await central.seed({ region: '3301', certificates: 60 });
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: '3301',
    isPractice: true,
    users: USERS,
  });
  rig = await startDeskRig(join(folder, 'desk'));
  await rig.office.enrol({ address: central.url, code, password: password() });
  for (const badge of ['I1', 'S1']) await services().people.add(badge, password());
  await takeParts();
  for (let i = 0; i < 70; i++)
    await services().store.call('auditAppend', {
      kind: 'query',
      actor: services().sessions.demand().view.userId,
      payload: { text: '古丽娜尔', count: i },
    });
});
afterAll(async () => {
  await rig?.close();
  await central?.close();
  await rm(folder, { recursive: true, force: true });
});

describe.sequential('the log, its readers and its verifier', () => {
  let before: Awaited<ReturnType<typeof exported>>;
  let file: Awaited<ReturnType<typeof exported>>;

  // Would catch: pages that lose entries, names that nobody knows, a reading of the log that the log does not tell.
  it('is read page by page, and tells that it was read', async () => {
    const { auditLog } = services();
    const first = await auditLog.entries(everything);
    expect(first.entries[0]).toMatchObject({ kind: 'audit-viewed', name: '沈怀谨' });
    const second = await auditLog.entries({ before: first.next, filter: {} });
    expect(second.next).toBeNull();
    const seqs = [...first.entries, ...second.entries].map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => seqs.length - i));
    const added = await auditLog.entries({ before: null, filter: { group: 'people' } });
    expect(added.entries.map(({ kind }) => kind)).toContain('person-added');
    expect(added.entries.filter(({ kind }) => kind === 'audit-viewed')).toEqual([]);
    before = await exported();
    expect(await verifier(before.path)).toMatchObject({ code: 0 });
  });

  // Would catch: an administrator who learns from the log what was looked for, or takes it along.
  it('tells a security administrator nothing of what was looked for', async () => {
    await openAs('S1');
    const { entries } = await services().auditLog.entries({
      before: null,
      filter: { group: 'look-up' },
    });
    expect(entries.length).toBeGreaterThan(50);
    expect(JSON.stringify(entries)).not.toContain('古丽娜尔');
    expect((await services().auditLog.verify()).broken).toBeNull();
    expect((await services().auditLog.state()).mayExport).toBe(false);
    rig.chosen.folder = folder;
    await expect(services().store.call('auditLines', { after: 0, until: 9 })).rejects.toMatchObject(
      { code: 'FORBIDDEN' },
    );
  });

  // Would catch: an auditor whose key proves nothing, an export that the verifier refuses, content that leaves with it.
  it('is verified and exported by the auditor, and holds before a program that knows nothing of ours', async () => {
    await addAuditor();
    const verdict = await services().auditLog.verify();
    expect(verdict).toMatchObject({ isKeyed: true, broken: null });
    expect((await services().auditLog.state()).verdict).toEqual(verdict);
    file = await exported();
    expect(file.lines.join('\n')).not.toContain('古丽娜尔');
    const held = await verifier(file.path, '--key', firstKey, '--earlier', before.path);
    expect(held).toMatchObject({ code: 0 });
    expect(held.text).toContain(`entries 1 to ${file.lines.length - 2} follow one another`);
    expect(held.text).toContain('陈审');
    expect(await verifier(file.path, '--key', 'ab'.repeat(32))).toMatchObject({ code: 1 });
    expect(await verifier(file.path, '--nothing', 'x')).toMatchObject({ code: 2 });
    const foreign = join(folder, 'root.pem');
    await writeFile(foreign, services().sessions.demand().office.ca);
    expect((await verifier(file.path, '--trust', foreign)).code).toBe(1);
  });

  // Would catch: an act of somebody who has the file that the verifier calls whole, or names at another place.
  it('breaks where somebody changed the file', async () => {
    const { lines } = file;
    const own = lines.length - 1;
    const entry = (line: number) => JSON.parse(lines[line] ?? '') as Record<string, unknown>;
    const put = (line: number, value: unknown) =>
      lines.map((text, i) => (i === line ? JSON.stringify(value) : text));
    const header = (line: number, from: string, to: string) =>
      put(line, { ...entry(line), header: String(entry(line).header).replace(from, to) });
    const kept = lines.findIndex(
      (text, i) => i > 0 && i < own && JSON.parse(text).payload !== null,
    );
    const cases: readonly (readonly [string, readonly string[], string])[] = [
      ['time', header(9, '"atMs":1', '"atMs":2'), 'entry 10 (line 11)'],
      ['order of keys', header(9, '{"actor"', '{ "actor"'), 'entry 9 (line 10)'],
      ['content', put(kept, { ...entry(kept), payload: '{"forged":1}' }), `entry ${kept} `],
      ['half', put(kept, { ...entry(kept), salt: null }), `entry ${kept} `],
      ['removed', lines.filter((_, i) => i !== 20), 'entry 20 (line 21)'],
      [
        'moved',
        lines.map((text, i) => lines[i === 30 ? 31 : i === 31 ? 30 : i] ?? text),
        'entry 30',
      ],
      ['doubled', [...lines.slice(0, 6), ...lines.slice(5)], 'entry 6 (line 7)'],
      ['cut', lines.slice(0, -3), 'cut off'],
      ['cut before its end', [...lines.slice(0, -3), lines[own] ?? ''], 'should end with'],
      ['more', [...lines, lines[5] ?? ''], 'something follows'],
      ['device', put(0, { ...entry(0), device: 'another' }), 'signed for device'],
      ['form', put(0, { form: 'x' }), 'not a log'],
      ['rubbish', ['nothing at all'], 'BROKEN'],
    ];
    for (const [name, changed, where] of cases) {
      const verdict = await verdictOf(changed);
      expect(verdict.code, name).toBe(1);
      expect(verdict.text, name).toContain(where);
    }
    const last = JSON.parse(lines[own] ?? '') as { end: unknown; signed: { sig: string } };
    const sig = Buffer.from(last.signed.sig, 'base64');
    sig[sig.length - 1] = (sig.at(-1) ?? 0) ^ 1;
    const resigned = { ...last, signed: { ...last.signed, sig: sig.toString('base64') } };
    expect((await verdictOf(put(own, resigned))).text).toContain('signature does not hold');
  });

  // Would catch: macs that nobody looks at, a roll-back of the whole file that a former export does not show.
  it('tells what was written afterwards and what was rolled back, given what it needs for it', async () => {
    const { lines } = file;
    const first = JSON.parse(lines[3] ?? '') as { mac: string };
    const forged = lines.map((text, i) =>
      i === 3 ? JSON.stringify({ ...first, mac: 'ab'.repeat(32) }) : text,
    );
    expect((await verdictOf(forged)).code).toBe(0);
    expect((await verdictOf(forged, '--key', firstKey)).text).toContain('written afterwards');
    expect((await verifier(before.path)).code).toBe(0);
    const rolled = await verifier(before.path, '--earlier', file.path);
    expect(rolled).toMatchObject({ code: 1 });
    expect(rolled.text).toContain('rolled back');
    const other = await verifier(file.path, '--head', `5:${'0'.repeat(64)}`);
    expect(other.text).toContain('another entry was here before');
  });

  // Would catch: an edit with the journal's key in hand that the page does not name, or a verdict that outlives a lock.
  it('names the place of a break to its reader', async () => {
    const key = services().sessions.demand().keys.copy('journal');
    const { journal: path } = services().paths;
    const db = openWritable({ path, key, cacheMb: 8, mayCreate: false, isDurable: true });
    db.run(sql`update audit set actor = 'nobody' where seq = 12`);
    db.close();
    const verdict = await services().auditLog.verify();
    expect(verdict.broken).toMatchObject({ fault: 'columns', seq: 12, before: { seq: 11 } });
    const { entries } = await services().auditLog.entries(everything);
    const told = entries.find(({ kind }) => kind === 'audit-verified');
    expect(told?.fields).toContainEqual({ name: 'firstFault', value: '12' });
    await openAs('A1');
    expect((await services().auditLog.state()).verdict).toBeNull();
  });
});
