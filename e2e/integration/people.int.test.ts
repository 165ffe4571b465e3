import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../../electron/crypto/audit-chain';
import { Keyslots } from '../../electron/crypto/keyslots';
import { parseParts } from '../../electron/main/services/unlock/recover';
import { sql } from '../../electron/store/sql/tag';
import { openReadable } from '../../electron/store/sqlcipher';
import type { Role } from '../../shared/domain/model';
import { AppError } from '../../shared/errors/app-error';
import { readAuditHeader } from '../../shared/protocol/audit-chain';
import { formatRecoveryPart } from '../../shared/protocol/recovery-code';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';

type Central = Awaited<ReturnType<typeof startCentral>>;

const USERS: readonly { badge: string; name: string; role: Role }[] = [
  { badge: 'I1', name: '王伟', role: 'inspector' },
  { badge: 'I2', name: '李娜', role: 'inspector' },
  { badge: 'H1', name: '沈怀谨', role: 'head' },
  { badge: 'S1', name: '周正', role: 'security-admin' },
  { badge: 'A1', name: '陈审', role: 'auditor' },
];
const bytes = (text: string) => new TextEncoder().encode(text);
const first = () => bytes('first-2026');
const second = () => bytes('second-2026');

let folder: string;
let central: Central;
let rig: DeskRig;
let parts: { a: string; b: string };
const people = () => rig.office.demandServices().people;
const session = () => rig.office.demandServices().sessions.demand();
const open = async (badge: string, password: Uint8Array) =>
  (await rig.office.open({ badge, password })).outcome;
const recover = (change: Partial<Record<'a' | 'b' | 'badge', string>>, password: Uint8Array) =>
  rig.office.recover({
    a: bytes(change.a ?? parts.a),
    b: bytes(change.b ?? parts.b),
    badge: change.badge ?? 'I1',
    password,
  });

async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'none';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

/** Takes both parts out of the window as their keepers do. */
async function handOut(): Promise<void> {
  const taken: Record<string, string> = {};
  await people().handOut();
  for (let outcome = 'next'; outcome === 'next'; ) {
    const { part, groups, askedGroup } = people().shown();
    taken[part] = groups.join('-');
    expect(await people().confirmRecovery('????')).toBe('wrong');
    outcome = await people().confirmRecovery((groups[askedGroup - 1] ?? '').slice(0, 4));
  }
  parts = taken as typeof parts;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-people-'));
  central = await startCentral({ dir: join(folder, 'central') });
  await central.seed({ region: '3301', certificates: 50 });
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: '3301',
    isPractice: true,
    users: USERS,
  });
  rig = await startDeskRig();
  await rig.office.enrol({ address: central.url, code, password: first() });
});
afterAll(async () => {
  await rig?.close();
  await central?.close();
  await rm(folder, { recursive: true, force: true });
});

describe.sequential('people of a device', () => {
  // Would catch: parts that cannot be taken, that are shown again after they were, or a key that counts as handed
  // out before both were.
  it('hands the recovery key out once', async () => {
    expect((await people().list()).recovery.state).toBe('held');
    await handOut();
    expect(rig.recovery.isOpen).toBe(false);
    expect((await people().list()).recovery.state).toBe('handed-out');
    expect(await codeOf(people().handOut())).toBe('RECOVERY_PARTS_GONE');
  });

  // Would catch: a key given to somebody whose role the session does not hold, a person without a signed role, two
  // ways in for one badge, a weak password.
  it('adds whom it may', async () => {
    const before = await people().list();
    expect(before.candidates.map(({ badge, isGivable }) => [badge, isGivable])).toEqual([
      ['A1', false],
      ['H1', true],
      ['I2', true],
      ['S1', true],
    ]);
    expect(await codeOf(people().add('A1', second()))).toBe('PERSON_KEYS_MISSING');
    expect(await codeOf(people().add('X9', second()))).toBe('PERSON_UNKNOWN');
    expect(await codeOf(people().add('I1', second()))).toBe('PERSON_EXISTS');
    expect(await codeOf(people().add('I2', bytes('abc')))).toBe('PASSWORD_WEAK');
    for (const badge of ['I2', 'H1', 'S1']) await people().add(badge, second());
    expect((await rig.office.state()).users.map(({ badge }) => badge)).toEqual([
      'H1',
      'I1',
      'I2',
      'S1',
    ]);
  });

  // Would catch: an inspector who removes people or makes recovery keys because only the page hides the buttons.
  it('lets no inspector remove, release or make a recovery key', async () => {
    expect(await open('I2', second())).toBe('opened');
    for (const act of [people().remove('I1'), people().release('I1'), people().makeRecovery()])
      expect(await codeOf(act)).toBe('FORBIDDEN');
    await rig.office.lock('person');
    for (const act of [() => people().list(), () => people().remove('I1'), () => people().shown()])
      expect(['LOCKED', 'RECOVERY_PARTS_GONE']).toContain(await codeOf((async () => act())()));
  });

  // Would catch: the old password that still opens, a wrong old one that changes it.
  it('changes the own password', async () => {
    expect(await open('I2', second())).toBe('opened');
    expect(await people().changePassword(first(), bytes('third-2026'))).toMatchObject({
      kind: 'wrong-password',
    });
    expect(await people().changePassword(second(), bytes('third-2026'))).toBeNull();
    await rig.office.lock('person');
    expect(await open('I2', second())).toBe('wrong');
    expect(await open('I2', bytes('third-2026'))).toBe('opened');
  });

  // Would catch: a badge that stays locked, or one that its owner releases.
  it('releases a locked badge', async () => {
    await rig.office.lock('person');
    for (let i = 0; i < 5; i++) expect(await open('I1', bytes('wrong'))).toBe('wrong');
    expect(await open('I1', first())).toBe('wait');
    expect(await open('S1', second())).toBe('opened');
    const row = (await people().list()).people.find(({ badge }) => badge === 'I1');
    expect(row).toMatchObject({ state: 'waiting' });
    await people().release('I1');
    await rig.office.lock('person');
    expect(await open('I1', first())).toBe('opened');
  });

  // Would catch: an administrator promoted by a slot edited in keyslots.json, or a person by another's slot.
  it('promotes nobody by an edited keyslot file', async () => {
    const path = rig.office.demandServices().paths.keyslots;
    await rig.office.lock('person');
    const sound = await readFile(path, 'utf8');
    const edits: ((slots: Record<string, unknown>[]) => void)[] = [
      (slots) => Object.assign(slotOf(slots, 'S1'), { keySet: 'reading' }),
      (slots) => {
        const { wrapped, box, check, vouch } = slotOf(slots, 'I2');
        Object.assign(slotOf(slots, 'S1'), { wrapped, box, check, vouch });
      },
      (slots) => Object.assign(slotOf(slots, 'S1'), { userId: slotOf(slots, 'I2').userId }),
    ];
    for (const edit of edits) {
      const file = JSON.parse(sound);
      edit(file.slots);
      await writeFile(path, JSON.stringify(file));
      const outcome = await open('S1', second()).catch((error: AppError) => error.code);
      expect(['KEYSLOTS_DAMAGED', 'wrong']).toContain(outcome);
    }
    // His slot under an inspector's badge: the statement is the inspector's, the keys are not.
    const file = JSON.parse(sound);
    const his = slotOf(file.slots, 'S1');
    file.slots = file.slots.filter(({ badge }: { badge: string }) => badge !== 'I2');
    Object.assign(his, { badge: 'I2' });
    await writeFile(path, JSON.stringify(file));
    expect(await codeOf(open('I2', second()))).toBe('KEYSLOTS_DAMAGED');
    await writeFile(path, sound);
    expect(await open('S1', second())).toBe('opened');
    expect(session().keys.has('slice')).toBe(false);
  });

  // Would catch: a removed person who comes back by an old copy of the key file, or gets changed keys delivered.
  it('removes for good', async () => {
    const path = rig.office.demandServices().paths.keyslots;
    const before = await readFile(path, 'utf8');
    await people().remove('I2');
    expect((await people().list()).isRotationAdvised).toBe(true);
    await rig.office.lock('person');
    expect(await codeOf(open('I2', bytes('third-2026')))).toBe('USER_UNKNOWN');
    await writeFile(path, before);
    expect(await codeOf(open('I2', bytes('third-2026')))).toBe('PERSON_REMOVED');
    await writeFile(path, before);
    expect(await open('H1', second())).toBe('opened');
    expect(
      session()
        .keyslots.slots()
        .some(({ badge }) => badge === 'I2'),
    ).toBe(false);
    const { store } = rig.office.demandServices();
    expect(await store.call('auditVerify', {})).toMatchObject({ isIntact: true });
  });

  // Would catch: recovery by one part, by a mistyped one without saying where, or for somebody without a role; an old
  // password that still opens afterwards; an audit log that does not know.
  it('recovers a forgotten password by both parts', async () => {
    await rig.office.lock('person');
    const slip = `${parts.a.slice(0, 12)}${parts.a[12] === 'Z' ? 'Y' : 'Z'}${parts.a.slice(13)}`;
    expect(await recover({ a: slip }, second())).toEqual({
      outcome: 'part-wrong',
      part: 'a',
      group: 3,
    });
    expect(await recover({ b: parts.a }, second())).toMatchObject({
      outcome: 'part-wrong',
      part: 'b',
    });
    const foreign = formatRecoveryPart('b', new Uint8Array(20).fill(7)).join(' ');
    expect(await recover({ b: foreign }, second())).toEqual({ outcome: 'wrong-parts' });
    expect(await codeOf(recover({ badge: 'X9' }, second()))).toBe('STATEMENT_INVALID');
    expect(await codeOf(recover({}, bytes('abc')))).toBe('PASSWORD_WEAK');
    expect(await recover({}, second())).toMatchObject({
      outcome: 'opened',
      session: { badge: 'I1', role: 'inspector' },
    });
    expect(session().keys.has('audit')).toBe(false);
    expect(session().keyslots.recovered).toEqual([]);
    await rig.office.lock('person');
    expect(await open('I1', first())).toBe('wrong');
    expect(await open('I1', second())).toBe('opened');
  });

  // Would catch: an auditor who cannot get the first audit key, or gets another than the journal began with.
  it('gives the auditor a way in, with the key that the log began with', async () => {
    await rig.office.lock('person');
    expect(await recover({ badge: 'A1' }, second())).toMatchObject({ outcome: 'opened' });
    expect([...session().keys.names()].sort()).toEqual(['audit', 'journal']);
    const [key, firstKey] = [session().keys.copy('journal'), session().keys.copy('audit')];
    await rig.office.lock('person');
    const path = rig.office.demandServices().paths.journal;
    const db = openReadable({ path, key });
    const rows = db.all(sql`select header, hash, mac, payload, salt from audit order by seq`);
    const entries = rows.map(([header, hash, mac, payload, salt]) => ({
      header: String(header),
      hash: String(hash),
      mac: String(mac),
      payload: payload === null ? null : String(payload),
      salt: salt === null ? null : (salt as Uint8Array),
    }));
    db.close();
    expect(verifyChain(entries, { firstKey })).toMatchObject({ isIntact: true });
    expect(verifyChain(entries, { firstKey: key })).toMatchObject({ fault: 'mac' });
    const kinds = entries.map(({ header }) => readAuditHeader(header)?.kind);
    for (const kind of ['recovery-handed-out', 'person-added', 'person-removed', 'recovery-used'])
      expect(kinds).toContain(kind);
  });

  // Would catch: a recovery key made anew that can prove no old entries any more; one that mistyped parts replace; an
  // inspector's keys that grow by it.
  it('carries the first audit key over to a new recovery key by the parts of the old one', async () => {
    await rig.office.lock('person');
    expect(await open('H1', second())).toBe('opened');
    const path = rig.office.demandServices().paths.keyslots;
    const typed = (key: typeof parts) => ({ a: bytes(key.a), b: bytes(key.b) });
    const auditOf = async (key: typeof parts): Promise<Uint8Array | undefined> => {
      const read = parseParts(typed(key));
      if ('outcome' in read) throw new Error(read.outcome);
      const opened = await (await Keyslots.open(path))?.openRecovery(read);
      return opened?.ok ? opened.value.peek('audit') : undefined;
    };
    const former = await auditOf(parts);
    expect(former).toHaveLength(32);
    await rig.office.lock('person');
    expect(await open('H1', second())).toBe('opened');
    const before = await readFile(path, 'utf8');
    const slip = `${parts.a.slice(0, -1)}${parts.a.endsWith('7') ? '8' : '7'}`;
    expect(await people().makeRecovery(typed({ ...parts, a: slip }))).toMatchObject({
      outcome: 'part-wrong',
      part: 'a',
    });
    expect(await readFile(path, 'utf8')).toBe(before);
    const given = typed(parts);
    expect(await people().makeRecovery(given)).toEqual({ outcome: 'made', holdsAudit: true });
    expect([...given.a, ...given.b].every((byte) => byte === 0)).toBe(true);
    expect(session().keys.has('audit')).toBe(false);
    const old = parts;
    await handOut();
    expect(parts.a).not.toBe(old.a);
    expect(Buffer.from((await auditOf(parts)) ?? []).equals(Buffer.from(former ?? []))).toBe(true);
    expect(await people().makeRecovery(typed(old))).toMatchObject({ outcome: 'wrong-parts' });
  });

  // Would catch: parts that survive the lock in memory, an old recovery key that still opens.
  it('makes a new recovery key, and forgets it at the lock', async () => {
    await rig.office.lock('person');
    expect(await open('H1', second())).toBe('opened');
    const old = parts;
    const { madeMs } = (await people().list()).recovery;
    expect(await people().makeRecovery()).toEqual({ outcome: 'made', holdsAudit: false });
    expect((await people().list()).recovery.state).toBe('held');
    await rig.office.lock('person');
    expect(await open('H1', second())).toBe('opened');
    // The one that its keepers hold still opens, as nobody got the new one.
    const { recovery } = await people().list();
    expect([recovery.state, recovery.madeMs]).toEqual(['former', madeMs]);
    await rig.office.lock('person');
    expect(await rig.office.recovery()).toMatchObject({ isPossible: true });
    expect(await recover(old, second())).toMatchObject({ outcome: 'opened' });
    expect(await open('H1', second())).toBe('opened');
    await people().makeRecovery();
    await handOut();
    expect((await people().list()).recovery.state).toBe('handed-out');
    await rig.office.lock('person');
    expect(await recover(old, second())).toEqual({ outcome: 'wrong-parts' });
  });
});

function slotOf(slots: Record<string, unknown>[], badge: string): Record<string, unknown> {
  const slot = slots.find((one) => one.badge === badge);
  if (slot === undefined) throw new Error(`no slot of ${badge}`);
  return slot;
}
