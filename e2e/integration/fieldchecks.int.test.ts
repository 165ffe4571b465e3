import { execFileSync } from 'node:child_process';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import QRCode from 'qrcode';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { generateRegion } from '../../server/generate/generate';
import { keptFilters } from '../../server/store/national';
import type { SqlClient } from '../../server/store/sql-client';
import { NUMBER_FORMS, STATUSES, wordOf } from '../../shared/domain/model';
import { readCascade } from '../../shared/domain/national/cascade';
import { cascadeDelta } from '../../shared/domain/national/cascade-delta';
import { base45FromBytes } from '../../shared/kernel/base45';
import { dayInShanghai } from '../../shared/kernel/day';
import { kidBytes, makeCode, readCode } from '../../shared/protocol/compact-code';
import { startTestCentral as startCentral } from '../rigs/central';
import { type DeskRig, enrolDesk } from './desk-rig';

const REGION = '3301';
const DATA = {
  region: REGION,
  certificates: 300,
  seed: 'fieldchecks',
  today: dayInShanghai(Date.now()),
};

let central: Awaited<ReturnType<typeof startCentral>>;
let rig: DeskRig;
const OTHER = { ...DATA, region: '6501', certificates: 120 };
const people: { readonly name: string; readonly idNumber: string }[] = [];

beforeAll(async () => {
  let id = 0;
  for (const { rows } of generateRegion(DATA, () => ++id))
    for (const { values, secret } of rows.person ?? [])
      people.push({ name: String(values.name), idNumber: String(secret?.idNumber) });
  central = await startCentral();
  await central.seed(DATA);
  await central.seed(OTHER);
  ({ rig } = await enrolDesk(central, new TextEncoder().encode('fieldchecks-2026'), {
    region: REGION,
    users: [{ badge: 'A1024', name: '王伟', role: 'inspector' }],
  }));
  const { sync } = rig.office.demandServices();
  sync.start();
  await sync.settled();
}, 300_000);
afterAll(async () => {
  await rig.close();
  await central.close();
}, 60_000);

const services = () => rig.office.demandServices();
const person = () => {
  const [found] = people;
  if (found === undefined) throw new Error('data');
  return found;
};

describe('scan to verify', () => {
  // Bug: a check leaves no entry in the log, or the entry or the answer repeats whose number it was.
  it('is logged before it is answered, without the number', async () => {
    const { scan, store } = services();
    const { name, idNumber } = person();
    const before = (await store.call('auditVerify', {})).entries;
    const check = await scan.check(`姓名：${name} 身份证号：${idNumber}`, 'scanner');
    expect(check.certificates.length).toBeGreaterThan(0);
    expect(JSON.stringify(check)).not.toContain(idNumber);
    expect(JSON.stringify(check)).not.toContain(name);
    // Bug: a number of the first generation, typed alone, is not found, or is kept in plain; so is a passport's.
    const old = idNumber.slice(0, 6) + idNumber.slice(8, 17);
    const typed = await scan.check(old, 'typed');
    expect(typed.certificates).toEqual(check.certificates);
    expect(JSON.stringify(typed)).not.toContain(old);
    const passport = await scan.check('E12345678', 'typed');
    expect(passport).toMatchObject({ verdict: 'not-in-slice', says: { number: 'E1*****78' } });
    const other = await scan.check(`姓名：赵钱孙 身份证号：${idNumber}`, 'typed');
    expect(other.verdict).toBe('name-mismatch');
    const after = await store.call('auditVerify', {});
    expect(after.isIntact).toBe(true);
    expect(after.entries).toBe(before + 4);
  });

  // Bug: what is not in the slice, or cannot be read, is more than that.
  it.each([
    ['T11010519491231002X', 'not-in-slice'],
    ['T110105194912310021', 'number-invalid'],
    ['javascript:alert(1)', 'incomplete'],
    [`data:text/html,${'A'.repeat(7_000)}`, 'incomplete'],
    ['9'.repeat(90_000), 'too-long'],
    ['\u202e\u200b', 'empty'],
    ["证书编号：' or 1=1 --", 'not-in-slice'],
  ])('%#', async (text, verdict) => {
    expect((await services().scan.check(text, 'pasted')).verdict).toBe(verdict);
  });

  // Bug: a code in a picture is not read, or a second one in it is left out without a word.
  it('reads the codes of a picture', async () => {
    const png = await QRCode.toBuffer(`证书编号：T${person().idNumber}`, { scale: 4 });
    const checks = await services().scan.picture(new Uint8Array(png));
    expect(checks).toHaveLength(1);
    expect(checks?.[0]?.form).toBe('text');
  }, 60_000);

  /** A PNG that says how large it is, with the image data that are given. */
  function png(width: number, height: number, data: Buffer): Uint8Array {
    const chunk = (type: string, body: Buffer) => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(body.length);
      head.write(type, 4, 'latin1');
      // No checksum fits: decoders that look at it stop there, others go on.
      return Buffer.concat([head, body, Buffer.alloc(4)]);
    };
    const size = Buffer.alloc(13);
    size.writeUInt32BE(width, 0);
    size.writeUInt32BE(height, 4);
    size.set([8, 0, 0, 0, 0], 8);
    return new Uint8Array(
      Buffer.concat([
        Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
        chunk('IHDR', size),
        chunk('IDAT', data),
        chunk('IEND', Buffer.alloc(0)),
      ]),
    );
  }

  // Bug: a picture that unfolds to gigabytes, or is none, takes the desk along or is answered by nothing.
  it.each([
    ['a bomb by its size', png(9_999, 9_999, Buffer.alloc(64)), 'SCAN_PICTURE_TOO_LARGE'],
    ['a bomb in its data', png(16, 16, deflateSync(Buffer.alloc(64 << 20))), null],
    [
      'half a picture',
      png(64, 64, deflateSync(Buffer.alloc(64)).subarray(0, 4)),
      'SCAN_PICTURE_DAMAGED',
    ],
    ['a drawing', new TextEncoder().encode('<svg xmlns="x"><script/></svg>'), 'SCAN_PICTURE_TYPE'],
    ['a document', new TextEncoder().encode(`%PDF-1.7${' '.repeat(80)}%%EOF`), 'SCAN_PICTURE_TYPE'],
  ])(
    '%s',
    async (_name, bytes, code) => {
      const answer = services().scan.picture(bytes);
      if (code === null) await answer.catch(({ code: said }) => expect(said).toMatch(/^SCAN_/u));
      else await expect(answer).rejects.toMatchObject({ code });
      expect((await services().scan.check('T11010519491231002X', 'typed')).verdict).toBe(
        'not-in-slice',
      );
    },
    120_000,
  );
});

describe('people from elsewhere', () => {
  /** Ids of the other region as the centre gave them: its snapshot is read as the centre has it. */
  const strangers = async () => {
    const { client } = (central as unknown as { parts: { client: SqlClient } }).parts;
    const rows = await client.query<{ id: number; base: number; to: number; due: number | null }>(
      `select c.id, c.c_base_status as base, c.c_valid_to as "to", c.c_review_due as due
       from e_certificate c where c.slice = 6501 order by c.id`,
    );
    const inForce = rows.find(
      ({ base, to, due }) => base === 1 && to > DATA.today && (due === null || due > DATA.today),
    );
    const listed = rows.find(({ base }) => base !== 1);
    if (inForce === undefined || listed === undefined) throw new Error('data');
    return { inForce, listed };
  };
  /** A delta to the newest filter, which the centre hands out for large ones alone. */
  const handOutDelta = async (spoil: (delta: Uint8Array) => Uint8Array) => {
    const { client } = (central as unknown as { readonly parts: { readonly client: SqlClient } })
      .parts;
    const [to, from] = (await keptFilters(client)).map(({ sha256, filter }) => {
      const cascade = readCascade(filter);
      if (!cascade.ok) throw new Error(cascade.error);
      return { sha256, cascade: cascade.value };
    });
    const [newest] = await client.query<{ seq: number }>('select max(seq) as seq from national');
    if (to === undefined || from === undefined) throw new Error('publications');
    await client.query('delete from national_delta');
    await client.query('insert into national_delta (from_sha256, seq, delta) values ($1, $2, $3)', [
      from.sha256,
      Number(newest?.seq),
      spoil(cascadeDelta(from.cascade, to.cascade)),
    ]);
  };
  const pull = async () => {
    const { sync } = services();
    sync.start();
    await sync.settled();
    await eventually(() => services().national.facts !== null);
  };

  // Bug: without keys a code passes, or the page has no word for it.
  it('says nothing of a code before the centre published its keys', async () => {
    const { inForce } = await strangers();
    const code = await central.codeOf(OTHER.region, inForce.id);
    expect((await services().scan.check(code, 'scanner')).verdict).toBe('code-no-keys');
  });

  // Bug: a genuine code from another region is not believed, or one of a revoked certificate passes.
  it.each(['ES256', 'SM2'] as const)(
    'is answered by key and filter: %s',
    async (alg) => {
      const { inForce, listed } = await strangers();
      if (services().national.facts === null) {
        await central.national.publish();
        rig.office.demandServices().national.opened();
        await pull();
      }
      const { scan } = services();
      const good = await scan.check(
        `${await central.codeOf(OTHER.region, inForce.id, alg)}\n`,
        'scanner',
      );
      expect(good).toMatchObject({
        form: 'code',
        verdict: 'genuine',
        code: { asOfDay: DATA.today },
      });
      const bad = await scan.check(await central.codeOf(OTHER.region, listed.id, alg), 'scanner');
      expect(bad).toMatchObject({ verdict: 'must-ask', reason: 'listed' });
      expect(bad.ask).not.toBeNull();
    },
    120_000,
  );

  // Bug: a changed name, another key, or a key that is not on the list is believed.
  it('tells altered codes and strangers from genuine ones', async () => {
    const { inForce } = await strangers();
    const { scan } = services();
    const code = await central.codeOf(OTHER.region, inForce.id);
    const read = readCode(code);
    if (!read.ok) throw new Error('code');
    const { claims, kid, alg, signature } = read.value;
    const forged = await makeCode(
      { ...claims, name: '赵钱孙' },
      { alg, kid: kidBytes(kid) },
      () => signature,
    );
    expect((await scan.check(forged, 'scanner')).verdict).toBe('code-altered');
    const later = { ...claims, validTo: claims.validTo + 3_650 };
    const prolonged = await makeCode(later, { alg, kid: kidBytes(kid) }, () => signature);
    expect((await scan.check(prolonged, 'scanner')).verdict).toBe('code-altered');
    const stranger = await makeCode(
      claims,
      { alg, kid: new Uint8Array(8).fill(1) },
      () => signature,
    );
    expect((await scan.check(stranger, 'scanner')).verdict).toBe('code-unknown-issuer');
    for (const text of [
      'FC1:',
      'FC1:ZZZ',
      `FC1:${base45FromBytes(new Uint8Array(300))}`,
      code.slice(0, -9),
    ])
      expect((await scan.check(text, 'scanner')).verdict).toBe('code-unreadable');
  });

  // Bug: another centre's codes stay strangers' although its keys were added, pass without the filter knowing of them, or
  // pass under another key's number; a key that was taken away still counts.
  it('judges codes of another centre by the keys that an operator added', async () => {
    const elsewhere = await startCentral({ name: '外省平台' });
    try {
      await elsewhere.seed({ ...OTHER, region: '5301', seed: 'elsewhere' });
      const { client } = (elsewhere as unknown as { parts: { client: SqlClient } }).parts;
      const [row] = await client.query<{ id: number }>(
        `select id from e_certificate where c_base_status = 1 and c_valid_to > ${DATA.today} limit 1`,
      );
      const { scan } = services();
      const codes = await Promise.all(
        (['ES256', 'SM2'] as const).map((alg) => elsewhere.codeOf('5301', Number(row?.id), alg)),
      );
      const verdicts = () =>
        Promise.all(codes.map(async (text) => (await scan.check(text, 'scanner')).verdict));
      expect(await verdicts()).toEqual(['code-unknown-issuer', 'code-unknown-issuer']);
      const file = elsewhere.national.ownKeys();
      const days = { name: '云南省', fromDay: 0, untilDay: null };
      central.national.trust(JSON.stringify(file), days);
      expect(() =>
        central.national.trust(JSON.stringify(central.national.ownKeys()), days),
      ).toThrow('own');
      const taken = vi.spyOn(services().national, 'take');
      const publish = async (spoil: (delta: Uint8Array) => Uint8Array) => {
        const before = services().national.facts?.issuedMs ?? 0;
        await central.national.publish();
        await handOutDelta(spoil);
        taken.mockClear();
        await services().national.opened();
        await pull();
        await eventually(() => (services().national.facts?.issuedMs ?? 0) > before);
        return taken.mock.calls.map(([, bytes]) => Buffer.from(bytes).toString('latin1', 0, 4));
      };
      // Bug: a delta that is never asked for, or one that was spoiled on its way and keeps the desk without a filter.
      expect(await publish((delta) => delta)).toEqual(['FCND']);
      const check = await scan.check(codes[0] ?? '', 'scanner');
      // Genuine by its signature, and of no filter here: nobody is let pass on it alone.
      expect(check).toMatchObject({ verdict: 'must-ask', code: { issuer: '云南省' } });
      expect((await scan.check(codes[1] ?? '', 'scanner')).verdict).toBe('must-ask');
      const read = readCode(codes[0] ?? '');
      if (!read.ok) throw new Error('code');
      const { claims, kid, alg, signature } = read.value;
      const forged = await makeCode(
        { ...claims, name: '赵钱孙' },
        { alg, kid: kidBytes(kid) },
        () => signature,
      );
      expect((await scan.check(forged, 'scanner')).verdict).toBe('code-altered');
      for (const { kid: gone } of file.keys) expect(central.national.distrust(gone)).toBe(true);
      expect(central.national.distrust(file.centre)).toBe(false);
      const spoilt = await publish((delta) =>
        Uint8Array.from(delta, (byte, i) => (i === 6 ? byte ^ 1 : byte)),
      );
      expect(spoilt).toEqual(['FCND', 'FCNF']);
      taken.mockRestore();
      expect(await verdicts()).toEqual(['code-unknown-issuer', 'code-unknown-issuer']);
    } finally {
      await elsewhere.close();
    }
  }, 240_000);

  // Bug: a code of a certificate that is in the slice is answered by the filter, and a later change here is not seen.
  it('goes by the record where the certificate is here', async () => {
    const { client } = (central as unknown as { parts: { client: SqlClient } }).parts;
    const [row] = await client.query<{ id: number }>(
      'select id from e_certificate where slice = 3301 and c_base_status = 3 limit 1',
    );
    const check = await services().scan.check(
      await central.codeOf(REGION, Number(row?.id)),
      'scanner',
    );
    expect(check).toMatchObject({ form: 'code', verdict: 'revoked' });
    expect(check.certificates).toHaveLength(1);
  });

  // Bug: an edited publication is taken, an older one replaces a newer, or a damaged file on the disk is believed.
  it('takes only what the centre signed, and only newer', async () => {
    const { national, paths } = services();
    const statement = readFileSync(paths.national, 'utf8');
    const filter = readFileSync(paths.nationalFilter);
    expect(await national.take(statement, filter)).toBe(false);
    const edited = statement.replace('6501', '6502').replace(/"sig":"./u, '"sig":"A');
    await expect(national.take(edited, filter)).rejects.toMatchObject({
      code: 'SYNC_SIGNATURE_BAD',
    });
    const other = new Uint8Array(filter);
    other[20] = (other[20] ?? 0) ^ 1;
    await expect(national.take(statement, other)).rejects.toMatchObject({ code: 'SYNC_PROTOCOL' });
    writeFileSync(paths.nationalFilter, other);
    await national.opened();
    expect(national.facts).toBeNull();
    await pull();
    expect(national.facts?.day).toBe(DATA.today);
    // Bug: a power cut between two of the files of a newer publication costs the former one too, and every code of people
    // from elsewhere counts as of nobody until a line or a stick comes.
    const former = national.facts;
    const next = `${paths.nationalFilter}.next`;
    writeFileSync(next, other);
    await national.opened();
    expect(national.facts).toEqual(former);
    expect(existsSync(next)).toBe(false);
    renameSync(paths.nationalFilter, next);
    writeFileSync(paths.nationalFilter, other);
    await national.opened();
    expect(national.facts).toEqual(former);
    expect(existsSync(next)).toBe(false);
    expect(readFileSync(paths.nationalFilter)).toEqual(filter);
  }, 120_000);

  // Bug: a question never reaches the centre, is answered with a person's data, or its answer is not shown.
  it('asks the centre over the outbox and shows the answer', async () => {
    const { scan, lookups } = services();
    const { listed } = await strangers();
    const check = await scan.check(await central.codeOf(OTHER.region, listed.id), 'scanner');
    const unknown = await scan.check('T11010519491231002X', 'typed');
    // Bug: a paper with one person's ID number and another one's certificate number reads "valid".
    const { client } = (central as unknown as { parts: { client: SqlClient } }).parts;
    const [one, other] = await client.query<{ person: string }>(
      `select distinct p.p_id_number as person from e_certificate c join e_person p on p.slice = c.slice and p.id = c.c_holder
       where c.slice = 6501 and c.c_number_form = ${NUMBER_FORMS['T-id']} and p.p_id_number ~ '^[0-9]{17}[0-9X]$' order by 1 limit 2`,
    );
    const mixed = await scan.check(
      `https://example.cn/q?sfzh=${one?.person}&zsbh=T${other?.person}`,
      'scanner',
    );
    for (const { ask } of [mixed, check, unknown]) await lookups.ask(ask ?? '');
    await expect(lookups.ask(check.ask ?? '')).rejects.toMatchObject({ code: 'SCAN_ASK_GONE' });
    expect((await lookups.list()).map(({ state }) => state)).toEqual(Array(3).fill('waiting'));
    services().sync.start();
    await services().sync.settled();
    await eventually(async () => (await lookups.list()).every(({ state }) => state === 'answered'));
    const answers = await lookups.list();
    const word = wordOf(STATUSES, listed.base + 5);
    expect(answers.map(({ answer }) => answer)).toEqual(['none', word, 'number-differs']);
    expect(answers[0]?.number).toBe('T110105********002X');
  }, 120_000);

  // Bug: the centre answers "valid" of a certificate that its own region was ordered to show as 核查中.
  it('is answered with the marks of the other region', async () => {
    const { lookups, scan } = services();
    const { client } = (central as unknown as { parts: { client: SqlClient } }).parts;
    const { code } = await central.createEnrolment({
      ...{ name: '另一地应急管理局', region: OTHER.region },
      users: [{ badge: 'B1', name: '赵敏', role: 'inspector' }],
    });
    expect(code).toBeTruthy();
    const [row] = await client.query<{ id: number; company: number }>(
      `select id, c_company as company from e_certificate where slice = $1 and c_base_status = 1 and c_company is not null
       and c_valid_to > $2 order by id limit 1`,
      [Number(OTHER.region), DATA.today + 400],
    );
    const { mark } = await central.marks.mark(
      `${OTHER.region}00`,
      { by: 'company', id: Number(row?.company) },
      '待查',
    );
    const ask = async () => {
      const check = await scan.check(
        await central.codeOf(OTHER.region, Number(row?.id)),
        'scanner',
      );
      await lookups.ask(check.ask ?? '');
      services().sync.start();
      await services().sync.settled();
      await eventually(async () =>
        (await lookups.list()).every(({ state }) => state === 'answered'),
      );
      return (await lookups.list())[0]?.answer;
    };
    expect(await ask()).toBe('under-verification');
    await central.marks.lift(mark.id, '核查结束');
    expect(await ask()).not.toBe('under-verification');
  }, 120_000);
});

describe('group mode', () => {
  // Bug: a step is lost by a crash or a lock, undo takes the wrong one, or the record is closed without being reported.
  it('keeps every step, undoes the last, and is reported once closed', async () => {
    const { site, store } = services();
    await expect(site.check('T11010519491231002X', 'scanner')).rejects.toMatchObject({
      code: 'SITE_NONE_OPEN',
    });
    const { id } = await site.begin('某某公司东门');
    expect((await site.begin('另一处')).id).toBe(id);
    const first = people.slice(0, 12);
    for (const one of first) await site.check(`身份证号：${one.idNumber}`, 'scanner');
    await site.check('', 'scanner');
    expect((await site.current())?.people).toHaveLength(12);
    const undone = await site.undo(12);
    expect(undone.people.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    // Bug: a code that is held before the camera is a new person in every picture.
    const png = new Uint8Array(await QRCode.toBuffer(`身份证号：${first[0]?.idNumber}`));
    expect((await site.frame(png)).last?.visit.people.at(-1)).toMatchObject({ n: 13 });
    expect(await site.frame(png)).toEqual({ last: null, isHeld: true });
    // Bug: undo waits behind the check of the next person and takes that one away, or takes somebody twice.
    const [next, taken] = await Promise.all([
      site.check(`身份证号：${first[1]?.idNumber}`, 'scanner'),
      site.undo(13),
    ]);
    expect(next.visit.people.slice(-2).map(({ n }) => n)).toEqual([13, 14]);
    expect(taken.people.slice(-2).map(({ n }) => n)).toEqual([11, 14]);
    await expect(site.undo(13)).rejects.toMatchObject({ code: 'SITE_GONE' });
    expect((await site.undo(14)).people).toHaveLength(11);
    const missing = await site.missing('赵钱孙');
    // A number that was undone is not given again.
    expect(missing.people.at(-1)).toMatchObject({ n: 15, verdict: 'missing', name: '赵*孙' });
    expect(missing.people.at(-1)?.dueDay).toBeGreaterThan(DATA.today);
    for (const { idNumber } of first) expect(JSON.stringify(missing)).not.toContain(idNumber);
    await site.setDue(15, DATA.today - 1);
    await expect(site.setDue(99, null)).rejects.toMatchObject({ code: 'SITE_GONE' });
    const closed = await site.close();
    expect(closed.closedMs).not.toBeNull();
    expect(await site.current()).toBeNull();
    await expect(site.undo(15)).rejects.toMatchObject({ code: 'SITE_NONE_OPEN' });
    const actor = services().sessions.demand().view.userId;
    const sent = await store.call('outboxSent', { kind: 'site-record', actor, limit: 5 });
    expect(sent).toHaveLength(1);
    services().sync.start();
    await services().sync.settled();
    await eventually(async () => {
      const [one] = await store.call('outboxSent', { kind: 'site-record', actor, limit: 5 });
      return one?.verdict === 'applied';
    });
    const due = await site.rectifications();
    expect(due.items[0]).toMatchObject({ visit: id, person: { n: 15 } });
    expect(due.overdue).toBe(1);
    await site.settle(id, 15);
    expect((await site.rectifications()).overdue).toBe(0);
  }, 240_000);

  // Bug: without a key the record passes for a person's, its signature covers less than the files, or a plain number leaves.
  it('is saved under the signature of the device where no key is at hand, and says so', async () => {
    const { site, siteFiles } = services();
    const [head] = (await site.rectifications()).visits;
    const target = mkdtempSync(join(tmpdir(), 'fieldcert-site-'));
    rig.chosen.folder = target;
    // A practice office always has its training key; this is what the service hears where none is plugged in.
    const keys = vi.spyOn(services().signing, 'choices');
    keys.mockResolvedValue({ items: [], problem: 'TOKEN_NONE' });
    const saved = await siteFiles.save(await site.visit(head?.id ?? ''));
    keys.mockRestore();
    expect(saved).toMatchObject({
      by: 'device',
      file: expect.stringMatching(/^现场核查记录-.*\.pdf$/u),
    });
    const stem = join(target, (saved?.file ?? '').replace(/\.pdf$/u, ''));
    const { intent, publicKey, signature, by } = JSON.parse(
      readFileSync(`${stem}.signature.json`, 'utf8'),
    );
    expect(by).toBe('device');
    const key = createPublicKey({
      key: Buffer.from(publicKey, 'base64'),
      format: 'der',
      type: 'spki',
    });
    const holds = (said: string) =>
      verify(
        'sha256',
        Buffer.from(`fieldcert-device-record-v1\n${said}`),
        { key, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      );
    expect(holds(intent)).toBe(true);
    expect(holds(intent.replace('"rows":12', '"rows":11'))).toBe(false);
    const { files } = JSON.parse(intent) as { files: { name: string; sha256: string }[] };
    expect(files.map(({ name }) => name.split('.').at(-1))).toEqual(['pdf', 'xlsx', 'json']);
    for (const { name, sha256 } of files) {
      const bytes = readFileSync(join(target, name));
      expect(createHash('sha256').update(bytes).digest('hex'), name).toBe(sha256);
    }
    const paper = execFileSync('pdftotext', ['-layout', `${stem}.pdf`, '-']).toString();
    expect(paper).toContain('未插入可用的 U-Key');
    expect(paper).toContain('缺证与限期整改');
    expect(paper).toContain('赵*孙');
    const { visit } = JSON.parse(readFileSync(`${stem}.json`, 'utf8'));
    expect(visit.people).toHaveLength(12);
    const all = paper + readFileSync(`${stem}.json`, 'utf8') + intent;
    for (const { idNumber } of people.slice(0, 12)) expect(all).not.toContain(idNumber);
    rmSync(target, { recursive: true });
    await expect(site.visit('01ARZ3NDEKTSV4RRFFQ69G5FAV')).rejects.toMatchObject({
      code: 'SITE_GONE',
    });
  }, 120_000);
});

describe('reports from the field', () => {
  // Bug: a report loses its evidence or its note, is not in the own list, or its state never changes.
  it('go out with their evidence and come back with what became of them', async () => {
    const { fieldReports, scan, evidence } = services();
    const { idNumber } = person();
    const [found] = (await scan.check(idNumber, 'typed')).certificates;
    const certificate = found?.id ?? 0;
    const picture = join(rig.userData, 'picture.png');
    writeFileSync(picture, await QRCode.toBuffer('picture'));
    rig.chosen.evidence = picture;
    const chosen = await evidence.choose();
    await fieldReports.fieldCheck({
      certificate,
      title: '张*三',
      result: 'differs',
      note: '照片与本人不符',
      handles: [chosen?.handle ?? ''],
    });
    const rest = { certificate, title: '张*三', note: '见附件', handles: [] };
    await fieldReports.correction({ ...rest, rev: 1, field: 'company', proposed: '某某公司' });
    await fieldReports.fake({
      certificate: null,
      holder: '赵钱孙',
      place: '东门',
      note: '印章可疑',
      handles: [],
    });
    await expect(
      fieldReports.fake({
        certificate: null,
        holder: '赵',
        place: '',
        note: '无',
        handles: ['none'],
      }),
    ).rejects.toMatchObject({ code: 'EVIDENCE_GONE' });
    const before = await fieldReports.list();
    expect(before.map(({ kind, state }) => [kind, state])).toEqual([
      ['suspected-fake', 'waiting'],
      ['correction', 'waiting'],
      ['field-check', 'waiting'],
    ]);
    expect(before[0]?.title).toBe('赵*孙');
    expect(before[2]).toMatchObject({ certificate, files: 1 });
    services().sync.start();
    await services().sync.settled();
    await eventually(async () => {
      const states = (await fieldReports.list()).map(({ state }) => state);
      return states.join() === 'under-review,under-review,accepted';
    });
  }, 240_000);

  // Bug: an entry is there twice, cannot be opened again, or a removed one comes back.
  it('follow-ups are ticked off and taken away', async () => {
    const { followUps } = services();
    await followUps.add({ certificate: 5, title: '张*三', note: '' });
    await followUps.add({ certificate: 5, title: '张*三', note: '' });
    const [a] = await followUps.add({ certificate: null, title: '看门卫', note: '' });
    expect(await followUps.list()).toHaveLength(2);
    const ticked = await followUps.tick(a?.id ?? '', true);
    expect(ticked.at(-1)).toMatchObject({ id: a?.id });
    expect((await followUps.tick(a?.id ?? '', false))[0]?.doneMs).toBeNull();
    expect(await followUps.remove(a?.id ?? '')).toHaveLength(1);
    await expect(followUps.remove(a?.id ?? '')).rejects.toMatchObject({ code: 'SITE_GONE' });
  });
});

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not come about');
}
