import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sentenceOf } from '../../electron/jobs/package/statement';
import { verifyFile } from '../../electron/jobs/package/verify-document';
import { PRACTICE_PIN } from '../../electron/main/services/practice/practice-facts';
import type { Admitted, Ready } from '../../electron/main/services/tickets/admissions';
import type { ExportWish } from '../../electron/main/services/tickets/plan';
import { sql } from '../../electron/store/sql/tag';
import { openWritable } from '../../electron/store/sqlcipher';
import type { ShortMessage } from '../../server/sms/gateway';
import { dayInShanghai } from '../../shared/kernel/day';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';

const REGION = '3301';
const OFFICE = '330100';
const BADGE = '1001';
const bytes = (text: string) => new TextEncoder().encode(text);
const password = () => bytes('export refusals 2026');
const WISH: ExportWish = { filter: {}, purposeClass: 'inspection', purpose: '重点行业专项检查' };

let folder: string;
let target: string;
let userData: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;
let isCut = false;
const sent: ShortMessage[] = [];

const services = () => rig.office.demandServices();
async function unlocked(): Promise<void> {
  if (services().sessions.current !== null) return;
  expect((await rig.office.open({ badge: BADGE, password: password() })).outcome).toBe('opened');
}
async function synced(): Promise<void> {
  await services().sync.settled();
  services().sync.start();
  await services().sync.settled();
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    (value) => `no error: ${JSON.stringify(value)}`,
    (error: { code?: string }) => error.code ?? String(error),
  );
/** What the person chooses when the dialog is open for a while, in which something happens. */
function meanwhile(name: 'folder' | 'outboxTarget', happens: () => Promise<unknown>, path: string) {
  Object.defineProperty(rig.chosen, name, {
    configurable: true,
    get: () => happens().then(() => path),
  });
}
const dialog = (name: 'folder' | 'outboxTarget', value: string | null) =>
  Object.defineProperty(rig.chosen, name, { configurable: true, writable: true, value });
const level = (to: 0 | 1) => services().control.setLevel(to, '核查', false);
async function sign() {
  await expect.poll(() => rig.signing.isOpen, { timeout: 120_000 }).toBe(true);
  const [choice] = (await services().signing.choices()).items;
  const { tokenId, keyRef } = choice?.shown ?? { tokenId: '', keyRef: '' };
  return services().signing.confirm(tokenId, keyRef, bytes(PRACTICE_PIN));
}
const windowGone = () => expect.poll(() => rig.signing.isOpen, { timeout: 30_000 }).toBe(false);

async function asked(wish = WISH) {
  const answer = await services().admissions.askCode(wish);
  if (answer.outcome !== 'sent') throw new Error(answer.outcome);
  const digits = /验证码 (\d{6})/.exec(sent.at(-1)?.text ?? '')?.[1] ?? '';
  const factor = (ready?: Ready) =>
    services().admissions.byAnswer(answer.challenge, bytes(digits), ready);
  return { ...answer, factor, digits };
}

/** A permit that has arrived, with its code. */
async function permitted(): Promise<(ready?: Ready) => Promise<Admitted>> {
  const { deviceId: device } = services().sessions.demand().office;
  const [one] = await central.exports.issue({ device, badge: BADGE, count: 1 });
  if (one === undefined) throw new Error('no permit');
  await synced();
  return (ready) => services().admissions.byCode(WISH, one.id, bytes(one.code), ready);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-refusals-'));
  userData = join(folder, 'desk');
  target = join(folder, 'target');
  await mkdir(target);
  const seen = () => {
    if (isCut) throw new Error('the line is cut');
  };
  central = await startCentral({ seen, sms: { send: async (one) => void sent.push(one) } });
  await central.seed({ region: REGION, certificates: 60, today: dayInShanghai(Date.now()) });
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: REGION,
    isPractice: true,
    users: [{ badge: BADGE, name: '李娜', role: 'head' }],
  });
  await central.exports.setPhone(OFFICE, BADGE, '13812345678');
  rig = await startDeskRig(userData);
  await rig.office.enrol({ address: central.url, code, password: password() });
  await synced();
}, 240_000);
afterAll(async () => {
  await rig?.close();
  await central?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(unlocked);

describe('a code by short message', () => {
  // Would catch: a dialog closed by mistake, a recipient forgotten or a quota that is used up costs the code, and the person
  // waits for the next one until the gateway sends no more.
  it('is not used up by what could have refused without it', async () => {
    const { exports } = services();
    const one = await asked({ ...WISH, template: 'handover' });
    expect(await codeOf(exports.start(one.factor, 'default'))).toBe('EXPORT_NEEDS_RECIPIENT');
    const other = await asked();
    dialog('folder', null);
    expect(await codeOf(exports.start(other.factor, 'choose'))).toBe('CANCELLED');
    const policy = await central.exports.policy(OFFICE);
    const { count, usedToday } = await services().admissions.count({});
    const head = { ...policy.limits.head, perDay: usedToday + count - 1 };
    await central.exports.setPolicy(OFFICE, { ...policy, limits: { ...policy.limits, head } });
    await synced();
    expect(await codeOf(services().admissions.askCode(WISH))).toBe('EXPORT_QUOTA');
    expect(await codeOf(services().admissions.request(WISH))).toBe('EXPORT_QUOTA');
    expect(await codeOf(exports.start(other.factor, 'default'))).toBe('EXPORT_QUOTA');
    await central.exports.setPolicy(OFFICE, policy);
    await synced();
    // The same code all along; the folder is asked for once, however often a code is mistyped.
    let dialogs = 0;
    meanwhile('folder', async () => void dialogs++, target);
    const wrong = () => services().admissions.byAnswer(other.challenge, bytes('12 34 5x'));
    expect(await codeOf(exports.start(wrong, 'choose'))).toBe('EXPORT_CODE_FORM');
    const guess = other.digits === '000000' ? '000001' : '000000';
    const mistyped = () => services().admissions.byAnswer(other.challenge, bytes(guess));
    expect((await exports.start(mistyped, 'choose')).outcome).toBe('code-wrong');
    const before = dialogs;
    const started = await exports.start(other.factor, 'choose');
    expect(dialogs).toBe(before);
    dialog('folder', target);
    expect(started.outcome).toBe('started');
    expect(await sign()).toEqual({ outcome: 'signed' });
    expect(readdirSync(target).filter((name) => name.endsWith('.zip'))).toHaveLength(1);
    expect(await exports.start(other.factor, 'choose')).toEqual({ outcome: 'code-ended' });
    await windowGone();
  }, 180_000);

  // Would catch: the line drops between the centre's commit and its answer, and the right code is refused as used up.
  it('is answered again with the same ticket where the answer was lost', async () => {
    const { factor } = await asked();
    const first = await factor();
    const again = await factor();
    if (first.outcome !== 'admitted' || again.outcome !== 'admitted') throw new Error('not given');
    expect(again.admission.ticket.id).toBe(first.admission.ticket.id);
    const tickets = (await central.exports.list(OFFICE)).tickets.filter(
      ({ id }) => id === first.admission.ticket.id,
    );
    expect(tickets).toHaveLength(1);
  }, 60_000);
});

describe('emergency level 1', () => {
  // Would catch: a folder dialog, save dialog or signing window that was open when the level came, from which the names of a
  // whole list are written to a stick under it.
  it('ends what was begun before it, whatever was open', async () => {
    const { exports, recordPdf, followUps, visitFiles } = services();
    const before = readdirSync(target);
    const raise = () => level(1);
    const factor = await permitted();
    meanwhile('folder', raise, target);
    expect(await codeOf(exports.start(factor, 'choose'))).toBe('EMERGENCY_LEVEL');
    await level(0);

    dialog('folder', target);
    const started = await exports.start(factor, 'choose');
    if (started.outcome !== 'started') throw new Error(started.outcome);
    await expect.poll(() => rig.signing.isOpen, { timeout: 120_000 }).toBe(true);
    await raise();
    await windowGone();
    // Bug: the page says that the person cancelled, who did not.
    expect(rig.events).toContainEqual(
      expect.objectContaining({
        payload: expect.objectContaining({
          traceId: started.traceId,
          phase: 'failed',
          error: 'EXPORT_ENDED_BY_LEVEL',
        }),
      }),
    );
    await level(0);

    const input = { text: '', filter: {}, offset: 0, limit: 1 };
    const found = await services().store.call('portRequest', { route: 'search.query', input });
    const id = (found as { data: { items: { id: number }[] } }).data.items[0]?.id ?? 0;
    meanwhile('outboxTarget', raise, join(target, 'record.pdf'));
    expect(await codeOf(recordPdf.save(id))).toBe('EMERGENCY_LEVEL');
    dialog('outboxTarget', null);
    await level(0);

    await followUps.addSelection({ from: 'list', text: '', filter: {} });
    meanwhile('folder', raise, target);
    expect(await codeOf(visitFiles.save())).toBe('EMERGENCY_LEVEL');
    await level(0);
    dialog('folder', target);
    const saving = codeOf(visitFiles.save());
    await expect.poll(() => rig.signing.isOpen, { timeout: 120_000 }).toBe(true);
    await raise();
    expect(await saving).toBe('EMERGENCY_LEVEL');
    await level(0);
    expect(readdirSync(target)).toEqual(before);
    expect(readdirSync(services().paths.exportsTemporary)).toEqual([]);
    await windowGone();
  }, 240_000);
});

describe('the policy of the office', () => {
  // Would catch: whoever takes the one statement out of the plain file that is theirs exports offline by a laxer policy.
  it('holds on a device that saw it, also without its statement or with an older one', async () => {
    const path = join(userData, 'office', 'office.json');
    const older = await readFile(path, 'utf8');
    const policy = await central.exports.policy(OFFICE);
    await central.exports.setPolicy(OFFICE, {
      ...policy,
      ways: ['code'],
      agreementBefore: ['export'],
    });
    await synced();
    expect(await codeOf(services().admissions.askCode(WISH))).toBe('AGREEMENT_NEEDED');
    const restart = async (edit: (text: string) => string) => {
      const text = await readFile(path, 'utf8');
      expect(edit(text)).not.toBe(text);
      await rig.close();
      await writeFile(path, edit(text));
      isCut = true;
      rig = await startDeskRig(userData);
      await unlocked();
    };
    const statementsOf = (text: string) =>
      (JSON.parse(text) as { statements: { payload: string }[] }).statements;
    await restart((text) => {
      const file = JSON.parse(text) as { statements: { payload: string }[] };
      const statements = file.statements.filter(
        ({ payload }) => !payload.includes('"type":"export-policy"'),
      );
      return JSON.stringify({ ...file, statements });
    });
    expect(statementsOf(await readFile(path, 'utf8')).length).toBeGreaterThan(0);
    expect((await services().admissions.view()).ways).toEqual(['code']);
    expect(await codeOf(services().admissions.askCode(WISH))).toBe('AGREEMENT_NEEDED');
    await restart((text) => {
      const file = JSON.parse(text) as { statements: unknown[] };
      const former = statementsOf(older).filter(({ payload }) =>
        payload.includes('"type":"export-policy"'),
      );
      expect(former).toHaveLength(1);
      return JSON.stringify({ ...file, statements: [...file.statements, ...former] });
    });
    expect((await services().admissions.view()).ways).toEqual(['code']);
    isCut = false;
    await synced();
    await central.exports.setPolicy(OFFICE, policy);
    await synced();
    expect((await services().admissions.view()).ways).toEqual(['code', 'sms', 'approval']);
  }, 180_000);
});

describe('data that are not the centre’s', () => {
  // Would catch: a signed package that ties rows to a root which they do not have, without a word to whoever gets it.
  it('are said to differ, in the package, on its cover and by the verifier', async () => {
    const { paths, sessions, store, exports, sync } = services();
    const factor = await permitted();
    const key = sessions.demand().keys.copy('slice');
    const db = openWritable({ path: paths.slice, key, mayCreate: false, isDurable: false });
    const [id, validTo] =
      db.get(sql`select id, "validTo" from certificate order by id limit 1`) ?? [];
    const write = (day: unknown) =>
      db.run({
        text: `update certificate set "validTo" = ? where id = ?`,
        values: [Number(day), Number(id)],
      });
    write(Number(validTo) + 1);
    expect((await store.call('verify', { mode: 'quick' })).isEqual).toBe(false);
    expect((await sync.status()).proof.state).toBe('differs');
    dialog('folder', target);
    const started = await exports.start(factor, 'choose');
    if (started.outcome !== 'started') throw new Error(started.outcome);
    expect(await sign()).toEqual({ outcome: 'signed' });
    write(validTo);
    db.close();
    const zip = join(target, `${started.traceId}.zip`);
    const pdf = execFileSync('unzip', ['-p', zip, 'report.pdf'], { maxBuffer: 1 << 26 });
    const cover = execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf }).toString();
    expect(cover.replaceAll(/\s/gu, '')).toContain('与此摘要不符');
    const report = await verifyFile(zip, { trustRoots: [] });
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.manifest?.sliceProof).toBe('differs');
    expect(sentenceOf(report)).toMatch(/Not proven: .*that the rows are those of the centre/u);
  }, 180_000);
});
