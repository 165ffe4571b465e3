import { execFileSync } from 'node:child_process';
import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeXlsx } from 'hucre/xlsx';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PRACTICE_PIN } from '../../electron/main/services/practice/practice-facts';
import { signerOf } from '../../electron/main/services/signing/signer-of';
import { generateRegion } from '../../server/generate/generate';
import { NUMBER_FORMS } from '../../shared/domain/model';
import { SAFE_EXPORT_POLICY } from '../../shared/domain/policy/export-policy';
import { dayInShanghai, isoFromDay } from '../../shared/kernel/day';
import { type Intent, intentMessage, type SignedIntent } from '../../shared/protocol/intents';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, startDeskRig } from './desk-rig';

const BADGE = '1001';
const DATA = {
  region: '3301',
  certificates: 60,
  seed: 'signing',
  today: dayInShanghai(Date.now()),
};

const password = () => new TextEncoder().encode('signing 2026');
const pin = (text = PRACTICE_PIN) => new TextEncoder().encode(text);

let folder: string;
let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcert-signing-'));
  central = await startCentral();
  await central.seed(DATA);
  const { code } = await central.createEnrolment({
    name: '杭州市应急管理局',
    region: '3301',
    isPractice: true,
    users: [{ badge: BADGE, name: '李娜', role: 'head' }],
  });
  rig = await startDeskRig(join(folder, 'desk'));
  await rig.office.enrol({ address: central.url, code, password: password() });
  services().sync.start();
  await services().sync.settled();
});
afterAll(async () => {
  await rig?.close();
  await central?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  if (services().sessions.current !== null) return;
  expect((await rig.office.open({ badge: BADGE, password: password() })).outcome).toBe('opened');
});

/** A certificate of its own number, with its holder, in plain: the server is not asked. */
function knownCertificate() {
  let id = 0;
  const people = new Map<number, { readonly name: string; readonly idNumber: string }>();
  for (const { rows } of generateRegion(DATA, () => ++id)) {
    for (const one of rows.person ?? [])
      people.set(one.id, {
        name: String(one.values.name),
        idNumber: String(one.secret?.idNumber),
      });
    for (const { values } of rows.certificate ?? []) {
      const person = people.get(Number(values.holder));
      if (person === undefined || Number(values.numberForm) !== NUMBER_FORMS.own) continue;
      const number = { text: String(values.number), validTo: Number(values.validTo) };
      return { person, number };
    }
  }
  throw new Error('no certificate of its own number');
}

const services = () => rig.office.demandServices();
const codeOf = (work: Promise<unknown>) =>
  work.then(
    (value) => `no error: ${JSON.stringify(value)}`,
    (error: { code?: string }) => error.code ?? String(error),
  );
/** The window is open, and on something: one that is closing still counts as open for a moment. */
const windowOpen = () =>
  expect
    .poll(
      async () =>
        (await codeOf(Promise.resolve().then(request))) !== 'CANCELLED' && rig.signing.isOpen,
      {
        timeout: 120_000,
      },
    )
    .toBe(true);
const request = () => services().signing.request('zh-CN');

function login(change: Partial<Intent> = {}): Intent {
  const { view, office } = services().sessions.demand();
  return {
    type: 'login-intent',
    office: office.office.code,
    device: office.deviceId,
    userId: view.userId,
    badge: view.badge,
    name: view.name,
    atMs: Date.now(),
    challenge: '5'.repeat(64),
    ...change,
  } as Intent;
}

/** The key in the window's list, as the window names it. */
async function confirm(typed = pin()) {
  // A session just opened lists its keys a moment later; the window is told of them then.
  const found = async () => (await services().signing.choices()).items;
  await expect.poll(async () => (await found()).length, { timeout: 60_000 }).toBeGreaterThan(0);
  const [choice] = await found();
  if (choice === undefined) throw new Error('no training key');
  return services().signing.confirm(choice.shown.tokenId, choice.shown.keyRef, typed);
}

/** Whether the openssl program accepts the signature over what the certificate and the text say was signed. */
async function opensslAccepts({ certificates, sig, intent }: SignedIntent): Promise<boolean> {
  const der = Buffer.from(certificates[0] ?? '', 'base64');
  const [key, signature, message] = ['key.pem', 'sig', 'message'].map((name) => join(folder, name));
  if (key === undefined || signature === undefined || message === undefined) return false;
  const pem = new X509Certificate(der).publicKey.export({ format: 'pem', type: 'spki' });
  await writeFile(key, pem);
  await writeFile(signature, Buffer.from(sig, 'base64'));
  await writeFile(message, intentMessage(createHash('sha256').update(der).digest('hex'), intent));
  try {
    const args = ['dgst', '-sha256', '-verify', key, '-signature', signature, message];
    return execFileSync('openssl', args, { encoding: 'utf8' }).includes('Verified OK');
  } catch {
    return false;
  }
}

describe('the one way to a signature', () => {
  // Would catch: a signature that only our own code accepts, or one over something else than the intent.
  it('signs the canonical form, and openssl accepts that and nothing else', async () => {
    const wanted = services().signing.sign(login());
    await windowOpen();
    expect(services().signing.request('en').title).toBe('Sign to log in');
    expect(await confirm(pin('000000'))).toMatchObject({ outcome: 'pin-wrong' });
    const typed = pin();
    expect(await confirm(typed)).toEqual({ outcome: 'signed' });
    expect(typed.every((byte) => byte === 0)).toBe(true);
    const signed = await wanted;
    expect(await opensslAccepts(signed)).toBe(true);
    const altered = signed.intent.replace('5555', '5556');
    expect(await opensslAccepts({ ...signed, intent: altered })).toBe(false);
  });

  // Would catch: two windows over one another, so that a person signs the second with the first in mind.
  it('is for one thing at a time, an export included', async () => {
    const first = codeOf(services().signing.sign(login()));
    expect(await codeOf(services().signing.sign(login()))).toBe('BUSY');
    let isAsked = false;
    const factor = async () => {
      isAsked = true;
      throw new Error('not to be asked');
    };
    expect(await codeOf(services().exports.start(factor, 'default'))).toBe('BUSY');
    expect(isAsked).toBe(false);
    await windowOpen();
    await services().signing.cancel();
    expect(await first).toBe('CANCELLED');
    expect(await codeOf(services().exports.start(factor, 'default'))).not.toBe('BUSY');
    // Nothing of it stands in the way of the next.
    const next = services().signing.sign(login());
    await windowOpen();
    expect(await confirm()).toEqual({ outcome: 'signed' });
    await next;
  });

  // Would catch: a PIN that signs what no longer waits, a key that was never listed, an intent in another's name.
  it('signs nothing that was not asked for', async () => {
    expect(await codeOf(confirm())).toBe('CANCELLED');
    expect(await codeOf(Promise.resolve().then(request))).toBe('CANCELLED');
    for (const foreign of [{ userId: 'u-other' }, { badge: '1002' }, { device: 'D-other' }])
      expect(await codeOf(services().signing.sign(login(foreign)))).toBe('INTERNAL');
    const wanted = codeOf(services().signing.sign(login()));
    await windowOpen();
    const typed = pin();
    const strange = await services().signing.confirm('training:other', 'key', typed);
    expect(strange.outcome).toBe('failed');
    expect(typed.every((byte) => byte === 0)).toBe(true);
    await services().signing.cancel();
    expect(await wanted).toBe('CANCELLED');
  });

  // Would catch: a lock after which the window is still open, or a signature that comes back to a desk that is shut.
  it('ends with the session, whatever it was at', async () => {
    const waiting = codeOf(services().signing.sign(login()));
    await windowOpen();
    await rig.office.lock('person');
    expect(await waiting).toBe('CANCELLED');
    expect(rig.signing.isOpen).toBe(false);
    expect(await codeOf(Promise.resolve().then(() => services().signing.sign(login())))).toBe(
      'LOCKED',
    );
    expect((await rig.office.open({ badge: BADGE, password: password() })).outcome).toBe('opened');
    const signing = codeOf(services().signing.sign(login()));
    await windowOpen();
    const typed = confirm().catch((error: unknown) => error);
    await rig.office.lock('person');
    await typed;
    expect(await signing).toBe('CANCELLED');
  });
});

/** A list as it comes from the page. */
async function dropped(list: 'certificates' | 'corrections', name: string, bytes: Uint8Array) {
  const { drops, imports } = services();
  const file = randomUUID();
  await drops.piece(file, 0, bytes);
  return drops.read(file, (path) => imports.openDropped(list, name, path));
}

describe('the user agreement', () => {
  const state = () => services().agreement.state('zh-CN');
  const policy = (before: readonly string[]) =>
    central.exports.setPolicy('330100', { ...SAFE_EXPORT_POLICY, agreementBefore: before });
  const synced = async () => {
    await services().sync.settled();
    services().sync.start();
    await services().sync.settled();
  };
  const someone = () => ({ certificateId: 1, reason: 'other', note: '试验' }) as const;

  // Would catch: a policy that only a page heeds, a signature that is kept here and never told, or one that is asked for twice.
  it('is demanded by the signed policy, and given once', async () => {
    await policy(['reveal', 'export', 'import']);
    await synced();
    expect((await state()).before).toEqual(['reveal', 'export', 'import']);
    const list = new TextEncoder().encode('姓名\n张三');
    expect(await codeOf(dropped('certificates', 'a.csv', list))).toBe('AGREEMENT_NEEDED');
    expect(await codeOf(services().reveal.reveal(someone()))).toBe('AGREEMENT_NEEDED');
    const wish = { filter: {}, purposeClass: 'joint', purpose: '联合执法检查' } as const;
    expect(await codeOf(services().admissions.request(wish))).toBe('AGREEMENT_NEEDED');

    const refused = codeOf(services().agreement.sign('ug'));
    await windowOpen();
    await services().signing.cancel();
    expect(await refused).toBe('CANCELLED');
    expect((await state()).signed).toBeNull();

    const given = services().agreement.sign('zh-CN');
    await windowOpen();
    expect(
      services()
        .signing.request('zh-CN')
        .rows.map(({ value }) => value),
    ).toContain('2026.1');
    expect(await confirm()).toEqual({ outcome: 'signed' });
    await given;
    expect((await state()).signed?.by).toContain('李娜');
    expect(await codeOf(services().agreement.sign('zh-CN'))).toBe('AGREEMENT_SIGNED');
    expect(await codeOf(services().reveal.reveal(someone()))).not.toBe('AGREEMENT_NEEDED');
    await services().admissions.request(wish);

    await synced();
    await expect
      .poll(
        async () => (await central.exports.agreements('330100')).map(({ version }) => version),
        {
          timeout: 60_000,
        },
      )
      .toEqual(['2026.1']);
    // The signature outlives the session; another version would be asked for anew.
    await rig.office.lock('person');
    expect((await rig.office.open({ badge: BADGE, password: password() })).outcome).toBe('opened');
    expect((await state()).signed).not.toBeNull();
  });

  // Would catch: a centre that takes a signature of another person or kind, or one over another text.
  it('is judged at the centre by its signature', async () => {
    const wanted = services().signing.sign(login());
    await windowOpen();
    await confirm();
    const other = await wanted;
    const { userId: actor } = services().sessions.demand().view;
    const kept = await services().store.call('factGet', { name: `agreement.2026.1.${actor}` });
    const { signed } = JSON.parse(kept ?? '') as { signed: SignedIntent };
    const altered = { ...signed, intent: signed.intent.replace('2026.1', '2026.2') };
    for (const forged of [altered, other])
      await services().outbox.tell('agreement', { signed: forged });
    await synced();
    const verdicts = async () =>
      (await services().store.call('outboxSent', { kind: 'agreement', actor, limit: 10 })).map(
        ({ verdict }) => verdict,
      );
    await expect.poll(verdicts, { timeout: 30_000 }).toEqual(['rejected', 'rejected', 'applied']);
    expect(await central.exports.agreements('330100')).toHaveLength(1);
  });
});

describe('a list for the centre', { timeout: 300_000 }, () => {
  const [ID, NEXT] = ['11010519491231002X', '440524188001010014'];
  const HEADINGS = '姓名,身份证号,证书编号,证书类别,操作项目,有效期起,有效期至,单位名称';
  const csv = (...lines: string[]) => new TextEncoder().encode([HEADINGS, ...lines].join('\n'));
  const row = (name: string, id: string, number: string, to = '2032-01-01') =>
    `${name},'${id},${number},特种作业操作证,低压电工作业,2000-01-02,${to},某公司`;
  const open = (bytes: Uint8Array) => dropped('certificates', '新证书.csv', bytes);
  const synced = async () => {
    await services().sync.settled();
    services().sync.start();
    await services().sync.settled();
  };

  // Would catch: a fault that is not told, told of another row, or handed in all the same; a name that stands there unmasked.
  it('is tried row by row before anything of it is signed', async () => {
    const { person, number } = knownCertificate();
    const review = await open(
      csv(
        row('张三', ID, 'JX-1'),
        row('张三', '110105194912310021', 'JX-2'),
        row('张三', ID, 'JX-1'),
        row('李四', NEXT, 'JX-3', '长期'),
        row(person.name, person.idNumber, number.text, isoFromDay(number.validTo)),
        row('赵钱孙', person.idNumber, number.text, isoFromDay(number.validTo)),
      ),
    );
    expect(review).toMatchObject({ file: '新证书.csv', list: 'certificates', rows: 1 });
    expect(review.faults.map(({ line, fault }) => [line, fault])).toEqual([
      [3, 'checksum'],
      [4, 'twice'],
      [5, 'to-unreadable'],
      [6, 'known'],
      [7, 'name-differs'],
    ]);
    expect(JSON.stringify(review)).not.toContain('张三');
    expect(review.otherSheets).toBe(0);
    // Would catch: the people on the second sheet left behind, while the office believes that it handed them in.
    const rows = [HEADINGS, row('张三', ID, 'JX-1')].map((line) => line.split(','));
    const sheets = ['名单', '空', '续'].map((name) => ({ name, rows: name === '空' ? [] : rows }));
    const two = await dropped('certificates', '两张.xlsx', await writeXlsx({ sheets }));
    expect(two).toMatchObject({ rows: 1, otherSheets: 1 });
    const bare = new TextEncoder().encode('姓名,身份证号\n张三,1');
    expect(await codeOf(dropped('corrections', 'x.csv', bare))).toBe('IMPORT_COLUMNS');
    // What did not open is not what would be signed.
    expect(await codeOf(services().imports.sign())).toBe('IMPORT_NOTHING');
  });

  // Would catch: a list sent without a signature, kept without its entry in the log, or verdicts that come back for other rows.
  it('goes to the centre signed, and comes back row by row', async () => {
    await open(csv(row('张三', ID, 'JX-1'), row('张三', 'x', 'JX-2'), row('李四', NEXT, 'JX-3')));
    const entries = async () => (await services().store.call('auditVerify', {})).entries;
    const before = await entries();
    const refused = codeOf(services().imports.sign());
    await windowOpen();
    expect(services().signing.request('zh-CN').title).toContain('报送');
    await services().signing.cancel();
    expect(await refused).toBe('CANCELLED');
    expect(await services().imports.list()).toEqual([]);
    expect(await entries()).toBe(before);

    const given = services().imports.sign();
    await windowOpen();
    expect(await confirm()).toEqual({ outcome: 'signed' });
    const id = await given;
    expect(await codeOf(services().imports.sign())).toBe('IMPORT_NOTHING');
    const about = { file: '新证书.csv', list: 'certificates', rows: 2, leftOut: 1 };
    expect(await services().imports.list()).toMatchObject([{ id, state: 'waiting', about }]);
    expect((await services().imports.rows(id)).map(({ verdict }) => verdict)).toEqual([null, null]);

    await synced();
    const head = async () => (await services().imports.list())[0];
    await expect.poll(async () => (await head())?.state, { timeout: 60_000 }).toBe('judged');
    expect(await head()).toMatchObject({ counts: { taken: 2 }, reason: null });
    expect((await services().imports.rows(id)).map(({ line, verdict }) => [line, verdict])).toEqual(
      [
        [2, 'taken'],
        [4, 'taken'],
      ],
    );
    expect(await central.imports.list('330100')).toMatchObject([{ id, verdict: 'taken', rows: 2 }]);
    const { store } = services();
    expect(await store.call('auditVerify', {})).toMatchObject({ isIntact: true });
    expect(await codeOf(services().imports.rows('0'.repeat(26)))).toBe('IMPORT_GONE');
  });

  // Would catch: a correction that names no certificate here, or one whose wording tells the centre the wrong one.
  it('corrects certificates that are here', async () => {
    const { person, number } = knownCertificate();
    const line = (name: string, text: string) => `${text},${name},,有效期至,2032-01-01,录入有误`;
    const bytes = new TextEncoder().encode(
      [
        '证书编号,姓名,身份证号,更正项目,更正为,更正说明',
        line(person.name, number.text),
        line('赵钱孙', number.text),
        line(person.name, 'JX-0'),
      ].join('\n'),
    );
    const review = await dropped('corrections', '更正.csv', bytes);
    expect(review.rows).toBe(1);
    expect(review.faults.map(({ fault }) => fault)).toEqual(['name-differs', 'not-here']);
    const given = services().imports.sign();
    await windowOpen();
    await confirm();
    const id = await given;
    await synced();
    await expect
      .poll(async () => (await services().imports.rows(id))[0]?.verdict, { timeout: 60_000 })
      .toBe('taken');
    const [kept] = await central.imports.rows(id);
    const about = { name: null, idNumber: null, number: number.text, validTo: null, fault: null };
    const [judged] = await services().store.call('batchJudge', { rows: [about] });
    const certificate = judged?.certificateId;
    expect(kept?.row).toMatchObject({ certificate, field: 'validTo', proposed: '2032-01-01' });
  });
});

describe('the end of the audit log', { timeout: 300_000 }, () => {
  const synced = async () => {
    await services().sync.settled();
    services().sync.start();
    await services().sync.settled();
  };
  const verdicts = async () => {
    const { userId: actor } = services().sessions.demand().view;
    const kept = { kind: 'audit-checkpoint', actor, limit: 10 };
    return (await services().store.call('outboxSent', kept)).map(({ verdict }) => verdict);
  };

  // Would catch: a login whose key signs no log, a PIN that stays behind, a centre that takes any head for the right one.
  it('is signed by the key that a login takes, and the centre holds its pages against it', async () => {
    const [choice] = (await services().signing.choices()).items;
    if (choice === undefined) throw new Error('no training key');
    const { tokenId, keyRef } = choice.shown;
    const secrets = { password: password(), pin: pin() };
    const attached = await services().tokens.attach({ tokenId, keyRef }, secrets);
    expect(attached.outcome).toBe('changed');
    await rig.office.lock('person');
    const typed = pin();
    const opened = await rig.office.open({ badge: BADGE, password: password(), pin: typed });
    expect(opened.outcome).toBe('opened');
    expect(typed.every((byte) => byte === 0)).toBe(true);
    await expect.poll(verdicts, { timeout: 60_000 }).toHaveLength(1);
    await synced();
    await expect.poll(verdicts, { timeout: 60_000 }).toEqual(['applied']);
    expect(await services().store.call('auditVerify', {})).toMatchObject({ isIntact: true });
    // The key is free again.
    const wanted = services().signing.sign(login());
    await windowOpen();
    expect(await confirm()).toEqual({ outcome: 'signed' });
    await wanted;
  });

  // Would catch: a rewritten log, signed anew by whoever has the key, that contradicts what was handed in unseen.
  it('is refused where it is not the log that the centre has', async () => {
    // The pages first: only what the centre has can be contradicted.
    await services().outbox.queueAudit();
    await synced();
    const session = services().sessions.demand();
    const wrong = services().signing.sign({
      type: 'checkpoint-intent',
      ...signerOf(session, Date.now()),
      occasion: 'login',
      seq: 1,
      head: 'e'.repeat(64),
    });
    await windowOpen();
    await confirm();
    const { userId: actor } = services().sessions.demand().view;
    const signed = await wrong;
    const audit = { kind: 'checkpoint-signed', actor, payload: { seq: 1, signed } };
    await services().outbox.tell('audit-checkpoint', { signed }, { audit });
    await synced();
    await expect.poll(verdicts, { timeout: 60_000 }).toEqual(['rejected', 'applied']);
    expect(await services().store.call('auditVerify', {})).toMatchObject({
      isIntact: false,
      firstFault: 1,
    });
  });

  // Would catch: a log that was cut and continued after its end was signed, taken because its pages fit one another.
  it('has a page refused that says otherwise than what was signed', async () => {
    const session = services().sessions.demand();
    const { userId: actor } = session.view;
    const pages = async () =>
      (await services().store.call('outboxSent', { kind: 'audit-page', actor, limit: 100 })).map(
        ({ verdict, reason }) => `${verdict} ${reason}`,
      );
    const { entries } = await services().store.call('auditVerify', {});
    // The entry that the command itself becomes: no page has it yet.
    const seq = entries + 1;
    const wanted = services().signing.sign({
      type: 'checkpoint-intent',
      ...signerOf(session, Date.now()),
      occasion: 'login',
      seq,
      head: 'd'.repeat(64),
    });
    await windowOpen();
    await confirm();
    const signed = await wanted;
    const audit = { kind: 'checkpoint-signed', actor, payload: { seq, signed } };
    await services().outbox.tell('audit-checkpoint', { signed }, { audit });
    await synced();
    await expect.poll(async () => (await verdicts())[0], { timeout: 60_000 }).toBe('applied');
    expect((await pages()).filter((one) => one.startsWith('rejected'))).toEqual([]);
    await services().outbox.queueAudit();
    await synced();
    await expect
      .poll(async () => (await pages())[0], { timeout: 60_000 })
      .toBe('rejected audit-chain');
  });
});
