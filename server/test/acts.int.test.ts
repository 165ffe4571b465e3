import { execFileSync } from 'node:child_process';
import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAFE_EXPORT_POLICY } from '../../shared/domain/policy/export-policy';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { type AdminPart, adminMessage } from '../../shared/protocol/admin-acts';
import { PATHS } from '../../shared/protocol/endpoints';
import type { Central } from '../central';
import type { Signed } from '../control/act-signers';
import type { SqlClient } from '../store/sql-client';
import { enrolTestDevice, type TestDevice } from './device';
import { testCentral } from './place';
import { teller } from './teller';

const OFFICE = '330600';
const DAY_MS = 86_400_000;
const USERS = [{ badge: '1', name: '甲', role: 'inspector' as const }];

/** A person's own key, made by the openssl program; what it signs is checked by another engine. */
function keyOf(name: string) {
  const folder = mkdtempSync(join(tmpdir(), 'fieldcert-admin-'));
  try {
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '90'];
    const files = ['-keyout', 'key', '-out', 'pem', '-subj', `/CN=${name}`];
    const how = { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] as ('ignore' | 'pipe')[] };
    execFileSync('openssl', ['req', '-x509', ...made, ...files], how);
    const key = createPrivateKey(readFileSync(join(folder, 'key')));
    const holder = (file: string) => {
      const certificate = new X509Certificate(readFileSync(join(folder, file))).raw;
      const hash = execFileSync('openssl', ['dgst', '-sha256', '-r'], { input: certificate });
      const sha256 = hash.toString('latin1').slice(0, 64);
      return {
        certificate,
        signed: (text: string, part: AdminPart): Signed => ({
          certificate,
          signature: sign('sha256', adminMessage(part, sha256, text), key),
        }),
      };
    };
    // The same key again, for longer.
    const again = ['-key', 'key', '-days', '400', '-out', 'later', '-subj', `/CN=${name}`];
    execFileSync('openssl', ['req', '-x509', ...again], how);
    return { ...holder('pem'), later: holder('later') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let central: Central;
let close: () => Promise<void>;
let now = Date.now();
let device: TestDevice;
const [a, b, c, stranger] = ['甲', '乙', '丙', '丁'].map(keyOf) as [
  ReturnType<typeof keyOf>,
  ReturnType<typeof keyOf>,
  Key,
  Key,
];
type Key = Omit<ReturnType<typeof keyOf>, 'later'>;
const added = (person: string, { certificate }: Key) => ({
  person,
  name: person,
  certificate: certificate.toString('base64'),
});
const enrolled = async () => {
  const slip = await central.createEnrolment({ name: '局', region: '3306', users: USERS });
  return enrolTestDevice(central.url, slip.code);
};
const idOf = (text: string): string => JSON.parse(text).id;
const stateOf = async (id: string) => (await central.acts.list()).find((one) => one.id === id);
const client = () => (central as unknown as { parts: { client: SqlClient } }).parts.client;
/** Asked by the one and countersigned by the other. */
async function byTwo(act: unknown, first: Key = a, second: Key = b) {
  const text = central.acts.draft(act);
  await central.acts.request(text, first.signed(text, 'request'));
  return central.acts.countersign(idOf(text), second.signed(text, 'countersign'));
}
async function asked(act: unknown = { kind: 'admin-remove', person: 'nobody' }, by: Key = a) {
  const text = central.acts.draft(act);
  await central.acts.request(text, by.signed(text, 'request'));
  return { text, id: idOf(text) };
}

beforeAll(async () => {
  ({ central, close } = await testCentral({ '3306': 20 }, { nowMs: () => now }));
  device = await enrolled();
});
afterAll(() => close());

describe.sequential('administrative acts', () => {
  // Bugs: a key that counts for two persons, a third administrator that nobody agreed to, an act of one person once two are there.
  it('take two persons as soon as two are registered', async () => {
    await central.acts.found(added('A', a));
    await expect(central.acts.found(added('B', a))).rejects.toThrow('already');
    await expect(central.acts.found(added('A', b))).rejects.toThrow('already');
    await central.acts.found(added('B', b));
    await expect(central.acts.found(added('C', c))).rejects.toThrow('two administrators');
    const { deviceId } = device.answer;
    const alone: readonly (() => Promise<unknown>)[] = [
      () => central.createEnrolment({ name: '局', region: '3306', users: USERS }),
      () => central.changeOffice(OFFICE, { name: '别名' }),
      () => central.revokeDevice(deviceId),
      () => central.directive({ device: deviceId, kind: 'wipe', reason: '遗失' }),
      () => central.exports.setPolicy(OFFICE, SAFE_EXPORT_POLICY),
      () => central.alertPolicy.set(OFFICE, { failures: 9 }),
      () => central.levels.set(OFFICE, { level: 1, reason: '查' }),
      () => central.leaseFile(deviceId),
      () => central.trust.add(a.certificate),
      () => central.trust.name([a.certificate]),
      () => central.codeKeys.add('{}', { name: '他' }),
      () => central.codeKeys.remove('00'),
      () => central.endpointsAgreed.add(['https://elsewhere.example']),
      () =>
        central.bundle({ device: deviceId, out: '/no', endpoints: ['https://elsewhere.example'] }),
      () => central.imports.replaceKey(OFFICE, '1'),
      () => central.exports.issue({ device: deviceId, badge: '1' }),
      () => central.exports.setPhone(OFFICE, '1', '13800000000'),
      () => central.regionKeys.rotate('3306', { by: '甲', reason: '查' }),
      () => central.regionKeys.retire('3306', { by: '甲', reason: '查' }),
      () => central.statistics.setBudget(OFFICE, { budgetMilli: 1_000, shareMilli: 100 }),
      () => central.statistics.give(OFFICE, deviceId, 1),
      () => central.review.confirm({ device: deviceId, dseq: 1, by: '乙' }, '0'.repeat(12)),
      () => central.exports.decide({ request: 'R', decision: 'approved', by: '1' }),
      () => central.exports.revoke('ET-0'),
      () => central.mutate({ region: '3306', revoke: 1 }),
      () => central.trust.remove('00'),
      () => central.marks.mark(OFFICE, { by: 'issuer', id: 1 }, '查'),
      () => central.marks.lift('0'.repeat(26), '查'),
    ];
    for (const act of alone) await expect(act()).rejects.toThrow("two persons' signatures");
    expect((await device.get(PATHS.health)).status).toBe(200);
    expect(await central.directives(deviceId)).toEqual([]);
  });

  // Bugs: one person is enough, by the same signature, the same key or the first signature used as the second; a stranger's key.
  it('refuse the person who asked, a signature for another part, and a key of nobody', async () => {
    const { text, id } = await asked();
    const refused = (signed: Signed) => expect(central.acts.countersign(id, signed)).rejects;
    await refused(a.signed(text, 'countersign')).toThrow('another person');
    await refused(a.signed(text, 'request')).toThrow('does not hold');
    await refused(b.signed(text, 'request')).toThrow('does not hold');
    await refused(stranger.signed(text, 'countersign')).toThrow('not the certificate');
    const mixed = { ...a.signed(text, 'countersign'), certificate: b.certificate };
    await refused(mixed).toThrow('does not hold');
    const other = central.acts.draft({ kind: 'admin-remove', person: 'B' });
    await refused(b.signed(other, 'countersign')).toThrow('does not hold');
    await expect(central.acts.request(other, stranger.signed(other, 'request'))).rejects.toThrow(
      'not the certificate',
    );
    expect((await stateOf(id))?.state).toBe('open');
  });

  // Bugs: two typed names that accept a report; a decision about another command than both looked at, or under names of nobody.
  it('decide on reports, about what both looked at and under their own names', async () => {
    const { deviceId } = device.answer;
    const { tell } = teller(device);
    const fake = { certificate: null, holder: '王伟', place: '工地', note: '印章', evidence: [] };
    expect(await tell('suspected-fake', fake)).toBe('needs-review');
    const looked = { device: deviceId, dseq: 1, by: 'A' };
    const { proposal } = await central.review.propose(looked, 'applied', '已移交');
    const { code, verdict, reason } = proposal;
    const act = { kind: 'review-decide', device: deviceId, number: 1, verdict, reason, code };
    const { outcome } = await byTwo({ ...act, verdict: 'rejected' });
    expect(outcome).toContain('not what was looked at');
    expect((await central.review.list(deviceId)).length).toBe(1);
    expect(await byTwo(act)).toMatchObject({ state: 'done' });
    expect(await central.review.list(deviceId)).toEqual([]);
    const kept = await client().query(
      'select proposed_by, confirmed_by from outbox_decision where device = $1',
      [deviceId],
    );
    expect(kept).toEqual([{ proposed_by: 'A', confirmed_by: 'B' }]);
    expect((await byTwo(act)).outcome).toContain('already decided');
  });

  // Bugs: an act that says it is done and does nothing; an order that reaches another office, ticket or certificate.
  it('give budgets, withdraw tickets, revoke certificates and rename offices', async () => {
    const { deviceId } = device.answer;
    await byTwo({ kind: 'statistics-give', office: OFFICE, device: deviceId, milli: 200 });
    expect((await central.statistics.standing(OFFICE)).leftMilli).toBe(3_300);
    const { told = '' } = await byTwo({ kind: 'tickets', device: deviceId, badge: '1', count: 2 });
    const [ticket = '', other = ''] = told.split('\n').map((line) => line.split('  ')[0]);
    expect(await byTwo({ kind: 'ticket-revoke', ticket })).toMatchObject({ state: 'done' });
    const { tickets } = await central.exports.list(OFFICE);
    const withdrawn = (id: string) => tickets.find((one) => one.id === id)?.revokedMs ?? null;
    expect([withdrawn(ticket) !== null, withdrawn(other)]).toEqual([true, null]);
    const valid = 'select id from e_certificate where slice = 3306 and c_base_status = 1';
    const [row] = await client().query<{ id: number }>(valid);
    const certificate = row?.id ?? 0;
    const revoke = { kind: 'certificate-revoke', region: '3306', certificate, reason: '造假' };
    expect(await byTwo(revoke)).toMatchObject({ state: 'done' });
    expect((await client().query<{ id: number }>(valid)).map(({ id }) => id)).not.toContain(
      certificate,
    );
    await byTwo({ kind: 'office-change', office: OFFICE, name: '另局' });
    const named = 'select name from office where code = $1';
    expect(await client().query(named, [OFFICE])).toEqual([{ name: '另局' }]);
    await byTwo({ kind: 'office-change', office: OFFICE, name: '局' });
    const [person] = USERS;
    const people = (role: string) => [{ ...person, role }];
    const changed = { kind: 'office-change', office: OFFICE, users: people('head') };
    expect(await byTwo(changed)).toMatchObject({
      ...{ state: 'done', outcome: `office ${OFFICE} is changed: 1 甲 is head` },
    });
    const slip = { kind: 'enrol', region: '3306', name: '局', users: people('inspector') };
    expect(await byTwo(slip)).toMatchObject({ state: 'failed' });
    await byTwo({ ...changed, users: people('inspector') });
    const consent = { kind: 'export-decide', request: 'none', decision: 'approved', by: '1' };
    expect((await byTwo(consent)).outcome).toContain('no request');
  });

  // Bugs: what is done is not what the first person signed; a text made for another centre, or over, or for ever.
  it('are done as they were signed first, here and in time, or not at all', async () => {
    const { text, id } = await asked({ kind: 'revoke-device', device: 'D-NONE' });
    const bent = text.replace('D-NONE', device.answer.deviceId);
    await client().query('update admin_act set text = $2 where id = $1', [id, bent]);
    await expect(central.acts.countersign(id, b.signed(bent, 'countersign'))).rejects.toThrow(
      'not what was signed',
    );
    const draft = JSON.parse(central.acts.draft({ kind: 'admin-remove', person: 'B' }));
    const wrong = [
      { ...draft, centre: '0'.repeat(64) },
      { ...draft, expiresMs: draft.expiresMs + 365 * DAY_MS },
      { ...draft, more: 1 },
    ].map(canonicalJson);
    for (const one of [...wrong, ` ${canonicalJson(draft)}`])
      await expect(central.acts.request(one, a.signed(one, 'request'))).rejects.toThrow(RangeError);
    const late = await asked();
    now += 8 * DAY_MS;
    await expect(
      central.acts.countersign(late.id, b.signed(late.text, 'countersign')),
    ).rejects.toThrow('over');
    await expect(central.acts.request(late.text, a.signed(late.text, 'request'))).rejects.toThrow(
      'over',
    );
    expect((await device.get(PATHS.health)).status).toBe(200);
  });

  // Bugs: an act that is done twice, by a replay or by two who countersign at the same moment; one that is done by none.
  it('are done once, whoever comes again or at the same time', async () => {
    expect((await byTwo({ kind: 'admin-add', ...added('C', c) })).state).toBe('done');
    const order = { kind: 'directive', office: OFFICE, order: 'practise', reason: '演练' };
    const { text, id } = await asked(order);
    await expect(central.acts.request(text, c.signed(text, 'request'))).rejects.toThrow('known');
    const ends = await Promise.allSettled(
      [b, c, b].map((key) => central.acts.countersign(id, key.signed(text, 'countersign'))),
    );
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(central.acts.countersign(id, c.signed(text, 'countersign'))).rejects.toThrow(
      'countersigned',
    );
    const { deviceId } = device.answer;
    expect((await central.directives(deviceId)).map(({ kind }) => kind)).toEqual(['practise']);
  });

  // Bugs: a removed person who still signs, a rule that is switched off by taking one of two away, an act that fails and reads done.
  it('do what they say, tell what failed, and never leave fewer than two', async () => {
    const { deviceId } = device.answer;
    const wiped = await byTwo({
      ...{ kind: 'directive', office: OFFICE, order: 'wipe', reason: '撤编' },
    });
    expect([wiped.state, wiped.outcome]).toEqual(['done', 'wipe ordered from 1 device']);
    expect((await central.directives(deviceId))[0]?.kind).toBe('wipe');
    const policy = { ...SAFE_EXPORT_POLICY, reviewOver: 7 };
    await byTwo({ kind: 'export-policy', office: OFFICE, policy }, b, c);
    expect((await central.exports.policy(OFFICE)).reviewOver).toBe(7);
    // Codes are told to who is there and kept nowhere; keys and budgets are what was signed.
    const sheet = await byTwo({ kind: 'tickets', device: deviceId, badge: '1', count: 2 });
    const codes = (sheet.told ?? '').split('\n').map((line) => line.split('  ')[1] ?? '');
    expect([sheet.outcome, codes.length]).toEqual([`2 tickets for 1 on device ${deviceId}`, 2]);
    for (const code of codes) expect(JSON.stringify(await central.acts.list())).not.toContain(code);
    expect(
      (await byTwo({ kind: 'phone', office: OFFICE, badge: '1', phone: '13800000000' })).state,
    ).toBe('done');
    const keys = { region: '3306', reason: '查' };
    expect((await byTwo({ kind: 'region-keys-rotate', ...keys })).outcome).toContain('keys 2');
    const retired = await byTwo({ kind: 'region-keys-retire', ...keys, isNow: true });
    expect(retired.outcome).toBe('keys 1 of region 3306 destroyed');
    const [epoch] = (await central.regionKeys.standing('3306')).epochs;
    expect(epoch?.destroyedBy).toContain('act ');
    const budget = { office: OFFICE, budgetMilli: 2_000, shareMilli: 100 };
    expect((await byTwo({ kind: 'statistics-budget', ...budget })).state).toBe('done');
    expect((await central.statistics.standing(OFFICE)).budgetMilli).toBe(2_000);
    const another = await byTwo({ kind: 'enrol', region: '3306', name: '局', users: USERS });
    const { answer: second } = await enrolTestDevice(
      central.url,
      (another.told ?? '').replace('code ', ''),
    );
    const slip = await byTwo({ kind: 'enrol', region: '3306', name: '局', users: USERS });
    expect(slip.outcome).not.toContain((slip.told ?? '').replace('code ', ''));
    const fresh = await enrolTestDevice(central.url, (slip.told ?? '').replace('code ', ''));
    expect((await byTwo({ kind: 'revoke-device', device: fresh.answer.deviceId })).state).toBe(
      'done',
    );
    expect((await fresh.get(PATHS.health)).status).not.toBe(200);
    // Those alone that are meant: a lease, a root, addresses, a level.
    const root = await byTwo({ kind: 'trust-add', certificate: a.certificate.toString('base64') });
    expect(root.state).toBe('done');
    await central.trust.name([a.certificate]);
    expect(await central.trust.list()).toHaveLength(1);
    const { sha256 = '' } = (await central.trust.list())[0] ?? {};
    expect((await byTwo({ kind: 'trust-remove', sha256 })).state).toBe('done');
    const endpoints = ['https://elsewhere.example'];
    expect((await byTwo({ kind: 'bundle-endpoints', endpoints })).state).toBe('done');
    await central.endpointsAgreed.demand(endpoints);
    await expect(
      central.endpointsAgreed.demand([...endpoints, 'https://other.example']),
    ).rejects.toThrow("two persons' signatures");
    const lease = await byTwo({ kind: 'lease-file', device: second.deviceId });
    expect(JSON.parse(lease.told ?? '{}').format).toBe('fieldcert-lease');
    expect(lease.outcome).not.toContain('statement');
    const level = { kind: 'emergency-level', office: OFFICE, level: 1, reason: '查' };
    expect((await byTwo(level)).outcome).toContain('emergency level 1 ordered from');
    const nobody = await byTwo({
      ...{ kind: 'directive', office: '999900', order: 'lock', reason: '查' },
    });
    expect([nobody.state, nobody.outcome]).toEqual(['failed', 'no device of office 999900']);
    const gone = await byTwo({ kind: 'revoke-device', device: 'D-NONE' });
    expect([gone.state, gone.outcome]).toEqual(['failed', 'no device D-NONE']);
    const open = await asked(undefined, c);
    expect((await byTwo({ kind: 'admin-remove', person: 'C' })).state).toBe('done');
    await expect(
      central.acts.countersign(open.id, a.signed(open.text, 'countersign')),
    ).rejects.toThrow('no administrator any more');
    expect((await byTwo({ kind: 'admin-remove', person: 'B' })).state).toBe('failed');
    const back = await byTwo({ kind: 'admin-add', ...added('C2', c) });
    expect(back.state).toBe('failed');
    await expect(central.revokeDevice(deviceId)).rejects.toThrow("two persons' signatures");
  });

  // Bugs: one person as two, by a second key; a key that signs after its certificate ended.
  it('take no second key of the same person, and no certificate that ended', async () => {
    const second = await byTwo({ kind: 'admin-add', ...added('A2', keyOf('甲')) });
    expect([second.state, second.outcome]).toEqual([
      'failed',
      'an administrator has a certificate of this subject already',
    ]);
    now += 100 * DAY_MS;
    await expect(asked()).rejects.toThrow('not in force');
  });

  // Bugs: two whose certificates ended are shut out for good; a renewal that takes another key, person or issuer, or one person alone;
  // an ended certificate that signs anything else.
  it('are renewed by their own key and another person, once', async () => {
    const renewal = (person: string, key: Pick<Key, 'certificate'>) => ({
      ...{ kind: 'admin-renew', person },
      certificate: key.certificate.toString('base64'),
    });
    await expect(asked(renewal('A', a.later), stranger)).rejects.toThrow('not the certificate');
    const alone = await asked(renewal('A', a.later), a.later);
    for (const own of [a, a.later])
      await expect(
        central.acts.countersign(alone.id, own.signed(alone.text, 'countersign')),
      ).rejects.toThrow('another person');
    const ended = await central.acts.countersign(alone.id, b.signed(alone.text, 'countersign'));
    expect(ended.state).toBe('done');
    // Of the other person, of another key, and the ended one once more.
    for (const [person, key] of [
      ['B', a.later],
      ['B', c],
      ['B', b],
    ] as const)
      expect((await byTwo(renewal(person, key), a.later, b)).state).toBe('failed');
    await expect(asked(undefined, a)).rejects.toThrow('not the certificate');
    await expect(asked(undefined, b)).rejects.toThrow('not in force');
    expect((await byTwo(renewal('B', b.later), b.later, a.later)).state).toBe('done');
    const end = await byTwo({ kind: 'revoke-device', device: 'D-NONE' }, a.later, b.later);
    expect(end.outcome).toBe('no device D-NONE');
  });
});
