import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ulid } from '../../shared/kernel/ids';
import {
  CROSS_REGION_CONTENT_PATH,
  CROSS_REGION_MARKS_PATH,
  crossRegionObjectPath,
  GRANT_KEY_BYTES,
  GRANT_KEYS_BYTES,
  type Grant,
  GrantContentSchema,
  GrantEndSchema,
  GrantSchema,
  grantContext,
  StandingsSchema,
  standingsContext,
} from '../../shared/protocol/cross-region';
import { PATHS } from '../../shared/protocol/endpoints';
import type { IntentOf, SignedIntent } from '../../shared/protocol/intents';
import type { ExportIntent } from '../../shared/protocol/ticket';
import type { SqlClient } from '../store/sql-client';
import {
  ASKER,
  box,
  type CrossRegionDesks,
  crossRegionDesks,
  type Desk,
  FIRST,
  HEAD,
  type Person,
  SCOPE,
  SECOND,
  STRANGER,
  standing,
  standings,
  THIRD,
} from './cross-region-desks';
import { testCentral } from './place';
import { hexHash, Replica } from './replica';

let central: Awaited<ReturnType<typeof testCentral>>['central'];
let close: () => Promise<void>;
let nowMs = Date.now();
let asking: Desk;
let superior: Desk;
/** Another desk of the same authority, with the same people. */
let besides: Desk;
let elsewhere: Desk;
let ask: CrossRegionDesks['ask'];
let decide: CrossRegionDesks['decide'];
let granted: CrossRegionDesks['granted'];

beforeAll(async () => {
  ({ central, close } = await testCentral(
    { '3306': 60, '3302': 300, '3304': 60 },
    { nowMs: () => nowMs },
  ));
  const desks = await crossRegionDesks(central, () => nowMs);
  ({ asking, superior, besides, elsewhere, ask, decide, granted } = desks);
}, 120_000);
afterAll(() => close());

async function grantIn(desk: Desk, request: string): Promise<Grant | null> {
  const found = await standing(desk, request);
  return found?.grant == null ? null : desk.device.open(found.grant, GrantSchema);
}

async function packageOf(desk: Desk, request: string) {
  const path = `${CROSS_REGION_CONTENT_PATH}?grant=${request}`;
  const value = await box(desk, path, grantContext(desk.device.answer.deviceId, request));
  if (typeof value === 'number') return value;
  const key = (place: number) =>
    value.subarray(place * GRANT_KEY_BYTES, (place + 1) * GRANT_KEY_BYTES).toString('base64');
  const keys = { digestTag: key(0), transportPublic: key(1), transportPrivate: key(2) };
  const content: unknown = JSON.parse(value.subarray(GRANT_KEYS_BYTES).toString('utf8'));
  return { content: await desk.device.open(content, GrantContentSchema), keys };
}

/** What the device would hold of a grant, read by other code than the server's writer. */
async function load(desk: Desk, request: string) {
  const made = await packageOf(desk, request);
  if (typeof made === 'number') throw new Error(`no package: ${made}`);
  const { content, keys } = made;
  const replica = new Replica({ region: content.base.region, keyEpoch: 1, ...keys });
  for (const { sha256 } of content.segments) {
    const path = `${crossRegionObjectPath(sha256)}?grant=${request}`;
    const { body } = await desk.device.get(path);
    expect(hexHash(body)).toBe(sha256);
    replica.segment(body);
  }
  return { replica, content };
}

describe('requests to see other regions', () => {
  // Bug: a request of nobody, of the own region or of one that is not there, that waits for somebody's time.
  it('are taken from those who read certificates, for other regions that are here', async () => {
    expect(await ask({ regions: ['3306'] })).toBe('rejected region-own');
    expect(await ask({ regions: ['330681'] })).toBe('rejected region-own');
    expect(await ask({ regions: ['4401'] })).toBe('rejected region-unknown');
    expect(await ask({ regions: ['33'] })).toBe('rejected form');
    expect(await ask({}, { ...ASKER, userId: 'nobody' })).toBe('rejected not-of-office');
    const request = await ask();
    expect(await standing(asking, request)).toMatchObject({ state: 'asked', todo: 'endorse' });
    expect(await standing(superior, request)).toBeUndefined();
  });

  // Bug: a step that is skipped, taken by somebody else, twice, by the asker, or with another's key opens a region.
  it('go from the own head to a superior authority, each with a key of his own', async () => {
    const request = await ask();
    const scope = SCOPE;
    expect(await decide(superior, FIRST, request, 'approved', { scope })).toBe(
      'rejected not-endorsed',
    );
    expect(await decide(asking, ASKER, request, 'approved')).toBe('rejected approval-own');
    const forged = { request, decision: 'approved', note: '' };
    expect(await asking.tell('approval', forged, HEAD.userId)).toBe('rejected form');
    const differs = (change: Partial<IntentOf<'approval'>>) => ({
      edit: (intent: IntentOf<'approval'>) => ({ ...intent, ...change }),
    });
    const other = differs({ requestSha256: '0'.repeat(64) });
    expect(await decide(asking, HEAD, request, 'approved', other)).toBe('rejected approval-other');
    const refusing = differs({ decision: 'refused' });
    expect(await decide(asking, HEAD, request, 'approved', refusing)).toBe(
      'rejected approval-other',
    );
    const foreign = differs({ userId: ASKER.userId });
    expect(await decide(asking, HEAD, request, 'approved', foreign)).toBe(
      'rejected signer-foreign',
    );
    expect(await decide(asking, HEAD, request, 'approved')).toBe('applied');
    expect(await decide(asking, HEAD, request, 'approved')).toBe('rejected request-decided');
    expect(await standing(elsewhere, request)).toBeUndefined();
    expect(await decide(elsewhere, STRANGER, request, 'approved', { scope })).toBe(
      'rejected not-approver',
    );
    expect(await decide(superior, FIRST, request, 'approved')).toBe('rejected approval-beyond');
    const wider = { ...SCOPE, days: 31 };
    expect(await decide(superior, FIRST, request, 'approved', { scope: wider })).toBe(
      'rejected approval-beyond',
    );
    const withKey = { scope, sign: HEAD.sign };
    expect(await decide(superior, FIRST, request, 'approved', withKey)).toBe(
      'rejected approval-key',
    );
    const inbox = await standing(superior, request);
    expect(inbox).toMatchObject({
      state: 'endorsed',
      todo: 'approve',
      reach: 300,
      needed: 1,
      grant: null,
    });
    expect(inbox?.before).toMatchObject({ granted: 0 });
    expect(await decide(superior, FIRST, request, 'approved', { scope })).toBe('applied');
    expect(await standing(asking, request)).toMatchObject({ state: 'granted', todo: null });
    const grant = await grantIn(asking, request);
    expect(grant).toMatchObject({ userId: ASKER.userId, scope, approvers: ['人 7 7'] });
    expect((grant?.expiresMs ?? 0) - (grant?.issuedMs ?? 0)).toBe(30 * 86_400_000);
    // The superior's own device is told how it stands and is given nothing.
    expect(await grantIn(superior, request)).toBeNull();
    expect(await packageOf(superior, request)).toBe(404);
  });

  // Bug: one approver enough for what needs two, one person counted twice, the second widening what the first narrowed.
  it('need two approvers for exports, the second within what the first left', async () => {
    const request = await ask({ mayExport: true });
    expect(await decide(asking, HEAD, request, 'approved')).toBe('applied');
    const narrow = { ...SCOPE, mayExport: true, days: 10 };
    expect(await decide(superior, FIRST, request, 'approved', { scope: narrow })).toBe('applied');
    expect(await standing(asking, request)).toMatchObject({ state: 'endorsed', scope: narrow });
    expect(await decide(superior, FIRST, request, 'approved', { scope: narrow })).toBe(
      'rejected approval-twice',
    );
    const wide = { ...narrow, days: 30 };
    expect(await decide(superior, SECOND, request, 'approved', { scope: wide })).toBe(
      'rejected approval-beyond',
    );
    const sameKey = { scope: narrow, sign: FIRST.sign };
    expect(await decide(superior, SECOND, request, 'approved', sameKey)).toBe(
      'rejected approval-key',
    );
    expect(await decide(superior, SECOND, request, 'approved', { scope: narrow })).toBe('applied');
    expect((await grantIn(asking, request))?.scope).toEqual(narrow);
  });

  // Bugs: one person counts twice by two desks at one moment; a refusal that an approval overtakes; an approval that is sent once more,
  // taken to another request or another desk, or that brings back what was taken back.
  it('are one decision each, raced and replayed', async () => {
    const two = await ask({ mayExport: true });
    expect(await decide(asking, HEAD, two, 'approved')).toBe('applied');
    const scope = { ...SCOPE, mayExport: true };
    const atOnce = await Promise.all(
      [superior, besides].map((desk) => decide(desk, FIRST, two, 'approved', { scope })),
    );
    expect(atOnce.sort()).toEqual(['applied', 'rejected approval-twice']);
    expect(await standing(asking, two)).toMatchObject({ state: 'endorsed', grant: null });

    const raced = await ask();
    expect(await decide(asking, HEAD, raced, 'approved')).toBe('applied');
    const [yes, no] = await Promise.all([
      decide(superior, FIRST, raced, 'approved', { scope: SCOPE }),
      decide(besides, SECOND, raced, 'refused'),
    ]);
    expect([no, ['applied', 'rejected request-decided'].includes(yes)]).toEqual(['applied', true]);
    expect((await standing(asking, raced))?.state).toBe(yes === 'applied' ? 'ended' : 'refused');
    expect(await packageOf(asking, raced)).toBe(404);

    const [request, other] = [await ask(), await ask()];
    for (const one of [request, other])
      expect(await decide(asking, HEAD, one, 'approved')).toBe('applied');
    let signed: SignedIntent | undefined;
    const sign: Person['sign'] = (intent) => {
      signed = FIRST.sign(intent);
      return signed;
    };
    expect(await decide(superior, FIRST, request, 'approved', { scope: SCOPE, sign })).toBe(
      'applied',
    );
    const again = (desk: Desk, which: string) => {
      const payload = { request: which, decision: 'approved', note: '', signed };
      return desk.tell('approval', payload, FIRST.userId);
    };
    expect(await again(superior, request)).toBe('rejected request-decided');
    expect(await again(superior, other)).toBe('rejected approval-other');
    expect(await again(besides, other)).toMatch(/^rejected /u);
    expect((await standing(asking, other))?.state).toBe('endorsed');
    expect(await decide(besides, SECOND, request, 'refused')).toBe('applied');
    expect(await again(superior, request)).toBe('rejected request-decided');
    expect((await standing(asking, request))?.state).toBe('ended');
    expect(await packageOf(asking, request)).toBe(404);
  });

  // Bugs: what the only head of an office asks waits for nobody for ever; it goes on without a superior, or by the asker's own word.
  it('of a head wait for the superior at once', async () => {
    const request = await ask({}, HEAD);
    expect(await standing(asking, request)).toMatchObject({ state: 'endorsed', todo: null });
    expect(await decide(asking, HEAD, request, 'approved')).toBe('rejected approval-own');
    expect(await standing(superior, request)).toMatchObject({ state: 'endorsed', todo: 'approve' });
    expect(await standing(elsewhere, request)).toBeUndefined();
    expect(await decide(superior, FIRST, request, 'approved', { scope: SCOPE })).toBe('applied');
    expect(await grantIn(asking, request)).toMatchObject({ userId: HEAD.userId });
    const other = await ask({}, HEAD);
    expect(await decide(superior, FIRST, other, 'refused')).toBe('applied');
    expect(await standing(superior, other)).toMatchObject({ state: 'refused' });
  });

  // Bugs: a grant in force is told no more once younger requests are there, so that its rows are destroyed and nobody can take it back;
  // one person's requests fill what everybody is told.
  it('are bounded, and never hide a grant in force', async () => {
    const request = await granted();
    const first = await ask();
    expect(await decide(asking, HEAD, first, 'refused')).toBe('applied');
    for (let i = 0; i < 52; i++) {
      nowMs += 1;
      const one = await ask({}, HEAD);
      expect(await decide(superior, FIRST, one, 'refused')).toBe('applied');
    }
    expect(await standing(asking, first)).toBeUndefined();
    expect(await grantIn(asking, request)).not.toBeNull();
    expect(await standing(superior, request)).toMatchObject({ state: 'granted' });
    const waiting = (await standings(asking)).filter(
      ({ is, state }) => is.userId === ASKER.userId && (state === 'asked' || state === 'endorsed'),
    ).length;
    for (let i = waiting; i < 20; i++) expect(await ask()).toMatch(/^[0-9A-Z]{26}$/u);
    expect(await ask()).toBe('rejected requests-many');
    expect(await ask({}, HEAD)).toMatch(/^[0-9A-Z]{26}$/u);
    expect(await decide(superior, FIRST, request, 'refused')).toBe('applied');
    expect(await standing(asking, request)).toMatchObject({ state: 'ended' });
    for (const { is, state } of await standings(asking)) {
      if (state === 'asked') await decide(asking, HEAD, is.request, 'refused');
      if (state === 'endorsed') await decide(superior, SECOND, is.request, 'refused');
    }
    expect(await ask()).toMatch(/^[0-9A-Z]{26}$/u);
  });

  // Bugs: a text that is longer in its canonical form than it looks stops the news for a whole office.
  it('are refused with characters that no text has', async () => {
    const request = ulid(nowMs, randomBytes(10));
    for (const purpose of ['\u0001'.repeat(2_000), 'a\u0000b', 'a\ud800b']) {
      const wish = { request, purpose, basis: '文', scope: SCOPE };
      const said = await asking
        .tell('cross-region-request', wish, ASKER.userId)
        .catch((error: unknown) => `refused ${String(error)}`);
      expect(said).toMatch(/^re(jected form|fused)/u);
    }
    const lines = { request, purpose: '一\n二\t"三"'.repeat(200), basis: '文', scope: SCOPE };
    expect(await asking.tell('cross-region-request', lines, ASKER.userId)).toBe('applied');
    expect((await standing(superior, request)) ?? (await standing(asking, request))).toBeDefined();
  });

  // Bug: one token with two certificates of one pair of keys, as a renewal leaves it, is two persons.
  it('count a key once, whatever certificate it has', async () => {
    const request = await ask({ mayExport: true });
    expect(await decide(asking, HEAD, request, 'approved')).toBe('applied');
    const scope = { ...SCOPE, mayExport: true };
    expect(await decide(superior, FIRST, request, 'approved', { scope })).toBe('applied');
    expect(await decide(superior, THIRD, request, 'approved', { scope })).toBe(
      'rejected approval-key',
    );
    expect(await decide(superior, SECOND, request, 'approved', { scope })).toBe('applied');
  });

  // Bug: a refusal that goes on, or that the next in line overrules.
  it('end with a refusal', async () => {
    const request = await ask();
    expect(await decide(asking, HEAD, request, 'refused')).toBe('applied');
    expect(await decide(superior, FIRST, request, 'approved', { scope: SCOPE })).toBe(
      'rejected request-decided',
    );
    expect(await standing(asking, request)).toMatchObject({ state: 'refused', grant: null });
  });
});

describe('what is under verification among granted rows', () => {
  /** What the asking device is told of a grant's marks. */
  const marksOf = async (request: string) => {
    const context = standingsContext(asking.device.answer.deviceId);
    const value = await box(asking, CROSS_REGION_MARKS_PATH, context);
    const { requests } = StandingsSchema.parse(JSON.parse(String(value)));
    return requests.find(({ asked }) => asked.includes(request))?.marks;
  };

  // Bugs: a certificate that its own region has under verification reads as valid under a grant; who is granted some of a region
  // is told what else is marked there; a mark that is lifted stays; a device of before is told what it cannot read.
  it('is told with the grant: what is in its scope, and no more', async () => {
    await central.createEnrolment({
      ...{ name: '局 330200', code: '330200', region: '3302' },
      users: [{ badge: '1', name: '人 1', role: 'inspector' }],
    });
    const whole = await load(asking, await granted());
    const certificates = [...whole.replica.of('certificate').entries()];
    const counties = [...new Set(certificates.map(([, { values }]) => String(values.region)))];
    const [here, there] = counties.map((one) =>
      certificates.filter(([, { values }]) => String(values.region) === one),
    );
    const idOf = (rows: typeof certificates | undefined, at = 0) => Number(rows?.[at]?.[0]);
    const [county = ''] = counties;
    const request = await granted({ regions: [county] });
    expect(await marksOf(request)).toBeUndefined();
    const ids = [idOf(here), idOf(there)];
    const both = await central.marks.mark('330200', { certificates: ids }, '机构涉嫌违规');
    const other = { certificates: [idOf(there, 1)] };
    await central.marks.mark('330200', other, '与授权范围无关');
    const body = Number(here?.[0]?.[1].values.body);
    const issuer = Number(here?.[0]?.[1].values.issuer);
    const groups: [by: 'body' | 'issuer', id: number][] = [['issuer', issuer]];
    if (Number.isSafeInteger(body) && body > 0) groups.push(['body', body]);
    for (const [by, id] of groups) await central.marks.mark('330200', { by, id }, '机构待查');
    const told = await marksOf(request);
    expect(told).toHaveLength(1 + groups.length);
    expect(told?.find(({ id }) => id === both.mark.id)).toMatchObject({
      ...{ set: { by: 'certificates', ids: [idOf(here)] }, reason: '机构涉嫌违规' },
    });
    expect(JSON.stringify(told)).not.toContain('无关');
    for (const [by, id] of groups)
      expect(told?.filter(({ set }) => set.by === by)).toMatchObject([{ set: { id } }]);
    expect((await standing(asking, request))?.marks).toBeUndefined();
    // The superior's own device holds no rows and is told nothing of them.
    const above = standingsContext(superior.device.answer.deviceId);
    expect(String(await box(superior, CROSS_REGION_MARKS_PATH, above))).not.toContain('机构待查');
    // More than can be told one by one: then nothing of the grant reads as valid, instead of some of it.
    const { client } = (central as unknown as { readonly parts: { client: SqlClient } }).parts;
    await client.query(
      `insert into office_mark (id, office, marked, reason, given_ms)
       select '0000000000000000000' || lpad(n::text, 7, '0'), '330200', $1, '多', 7 from generate_series(1, 200) n`,
      [JSON.stringify({ by: 'certificates', ids: [idOf(here)] })],
    );
    expect(await marksOf(request)).toMatchObject([{ set: { by: 'every' }, sinceMs: 7 }]);
    await client.query(`delete from office_mark where reason = '多'`, []);
    for (const { id } of await central.marks.list('330200')) await central.marks.lift(id, '完');
    expect(await marksOf(request)).toBeUndefined();
  });
});

describe('what a grant brings', () => {
  // Bug: rows beyond the scope, fields that were not granted, or a root that its own rows do not come to.
  it('is what the scope names, under keys and a root of its own', async () => {
    const whole = await load(asking, await granted());
    expect(whole.replica.root()).toBe(whole.content.base.root);
    expect(whole.replica.of('certificate').size).toBe(300);
    expect(whole.replica.of('event').size).toBeGreaterThan(0);
    expect(whole.replica.of('training').size).toBe(0);
    for (const { values, secret } of whole.replica.of('person').values()) {
      expect(secret.phone).toBeUndefined();
      expect(values.photo).toBeUndefined();
    }
    const [holder] = [...whole.replica.of('person').values()];
    const people = [String(holder?.secret.idNumber)];
    const narrow = await load(asking, await granted({ people, fields: ['phone', 'training'] }));
    expect(narrow.replica.root()).toBe(narrow.content.base.root);
    expect(narrow.replica.of('person').size).toBe(1);
    expect(narrow.replica.of('event').size).toBe(0);
    const county = String(
      [...whole.replica.of('certificate').values()].map(({ values }) => values.region)[0],
    );
    const one = await load(asking, await granted({ regions: [county], kinds: [3] }));
    const expected = [...whole.replica.of('certificate').values()].filter(
      ({ values }) => String(values.region) === county && values.kind === 3,
    );
    expect(one.replica.of('certificate').size).toBe(expected.length);
    expect(one.replica.root()).toBe(one.content.base.root);
  });

  // Bug: what was granted is still handed out after it was taken back or its time is over, or by another grant's name.
  it('is gone when it is taken back, and when its time is over', async () => {
    const [request, other] = [await granted(), await granted({ days: 2 })];
    const { content } = await load(asking, request);
    const sha256 = content.segments[0]?.sha256 ?? '';
    const object = async (grant: string) =>
      (await asking.device.get(`${crossRegionObjectPath(sha256)}?grant=${grant}`)).status;
    await load(asking, other);
    expect(await object(request)).toBe(200);
    expect(await object(other)).toBe(403);
    expect(await decide(asking, HEAD, request, 'refused')).toBe('rejected request-decided');
    expect(await decide(superior, SECOND, request, 'refused')).toBe('applied');
    const found = await standing(asking, request);
    expect(found?.state).toBe('ended');
    expect(await asking.device.open(found?.end, GrantEndSchema)).toMatchObject({ grant: request });
    expect(await packageOf(asking, request)).toBe(404);
    expect(await object(request)).toBe(404);
    nowMs += 2 * 86_400_000 + 1;
    expect(await packageOf(asking, other)).toBe(404);
    expect(await standing(asking, other)).toMatchObject({ state: 'ended', end: null });
  });
});

describe('the right to export what was granted', () => {
  const intentOf = (grant: string, change: Partial<ExportIntent> = {}): ExportIntent => ({
    type: 'export-intent',
    traceId: `DC-20261127-${grant.slice(-6)}`,
    office: asking.office,
    device: asking.device.answer.deviceId,
    userId: ASKER.userId,
    purposeClass: 'inspection',
    purpose: '联合检查结果',
    filter: '{}',
    scope: '授权范围内全部证书',
    regions: ['3302'],
    maxRows: 20,
    grant,
    ...change,
  });
  const asks = (intent: ExportIntent, desk = asking, who = ASKER) =>
    desk.tell('export-request', { request: ulid(nowMs, randomBytes(10)), intent }, who.userId);

  // Bug: the centre consents to, or countersigns, an export of rows whose grant does not have the right, is another's, is over,
  // or is not about the regions.
  it('is asked for by itself, and ends with the grant', async () => {
    const without = await granted();
    expect(await asks(intentOf(without))).toBe('rejected grant-no-export');
    expect(await asks(intentOf(ulid(nowMs, randomBytes(10))))).toBe('rejected grant-unknown');
    const request = await ask({ mayExport: true });
    const scope = { ...SCOPE, mayExport: true };
    expect(await decide(asking, HEAD, request, 'approved')).toBe('applied');
    for (const who of [FIRST, SECOND])
      expect(await decide(superior, who, request, 'approved', { scope })).toBe('applied');
    expect(await asks(intentOf(request, { userId: HEAD.userId }), asking, HEAD)).toBe(
      'rejected grant-foreign',
    );
    expect(await asks(intentOf(request, { regions: ['3304'] }))).toBe('rejected grant-scope');
    expect(await asks(intentOf(request, { regions: ['3306'], grant: undefined }))).toBe('applied');
    const wanted = ulid(nowMs, randomBytes(10));
    const intent = intentOf(request);
    const payload = { request: wanted, intent };
    expect(await asking.tell('export-request', payload, ASKER.userId)).toBe('applied');
    // Consent is the centre's own check too: of a grant that ended since, no permit is made.
    const late = ulid(nowMs, randomBytes(10));
    const second = intentOf(request, { traceId: 'DC-20261127-9002' });
    await asking.tell('export-request', { request: late, intent: second }, ASKER.userId);
    await central.exports.decide({ request: wanted, decision: 'approved', by: HEAD.badge });
    const envelope = await ticketOf(wanted);
    expect(await decide(superior, SECOND, request, 'refused')).toBe('applied');
    await expect(
      central.exports.decide({ request: late, decision: 'approved', by: HEAD.badge }),
    ).rejects.toThrow(/grant-over/u);
    const record = (atMs: number, traceId = intent.traceId) => ({
      ...{ traceId, purpose: intent.purpose, scope: intent.scope, signer: null, count: 20 },
      ...{ outcome: 'sealed', verificationCode: null, packageSha256: '0'.repeat(64), atMs },
      ...{ ticket: envelope, intent },
    });
    const told = (atMs: number) => asking.tell('export-record', record(atMs), ASKER.userId);
    expect(await told(nowMs + 60_000)).toBe('rejected ticket-grant-over');
    expect((await central.exports.list(asking.office)).refused.map(({ fault }) => fault)).toEqual([
      'grant-over',
    ]);
  });

  /** The permit that a decision brought, out of the statements of the asking device. */
  async function ticketOf(request: string): Promise<unknown> {
    const answer = await asking.device.get(PATHS.statements);
    const { statements } = JSON.parse(answer.body.toString('utf8')) as {
      statements: { payload: string }[];
    };
    for (const { payload } of statements) {
      const said = JSON.parse(payload) as { request?: string; ticket?: unknown };
      if (said.request === request) return said.ticket;
    }
    throw new Error('no decision');
  }
});
