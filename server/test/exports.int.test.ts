import { execFileSync } from 'node:child_process';
import { createDecipheriv, createHash, randomBytes, sign, X509Certificate } from 'node:crypto';
import { argon2id } from 'hash-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_TEMPLATES, permittedForm } from '../../shared/domain/policy/export-templates';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { ulid } from '../../shared/kernel/ids';
import { outboxContext, PATHS } from '../../shared/protocol/endpoints';
import { chainBytes, OutboxAnswerSchema, signedBytes } from '../../shared/protocol/outbox';
import { sealBox } from '../../shared/protocol/sealed-box';
import {
  type SignedStatement,
  SignedStatementSchema,
} from '../../shared/protocol/signed-statement';
import {
  ANSWER_PATH,
  CHALLENGE_PATH,
  ChallengeAnswerSchema,
  CodeAnswerSchema,
  ExportDecisionSchema,
  type ExportIntent,
  ExportPolicyStatementSchema,
  ExportTicketSchema,
  intentBytes,
  type SealedTicket,
  SealedTicketSchema,
} from '../../shared/protocol/ticket';
import { boxSubtle } from '../keys/key-provider';
import type { ShortMessage } from '../sms/gateway';
import { enrolTestDevice, type RawAnswer, type TestDevice } from './device';
import { testCentral } from './place';

let central: Awaited<ReturnType<typeof testCentral>>['central'];
let close: () => Promise<void>;
let device: TestDevice;
let other: TestDevice;
const sent: ShortMessage[] = [];
let shiftMs = 0;
const DAY_MS = 86_400_000;
const OFFICE = '330600';
const json = (raw: RawAnswer): unknown => JSON.parse(raw.body.toString('utf8'));

beforeAll(async () => {
  const started = await testCentral(
    { '3306': 20 },
    { nowMs: () => Date.now() + shiftMs, sms: { send: async (one) => void sent.push(one) } },
  );
  ({ central, close } = started);
  const users = [
    { badge: '1', name: '甲', role: 'inspector' as const },
    { badge: '2', name: '乙', role: 'head' as const },
    { badge: '3', name: '丙', role: 'auditor' as const },
  ];
  const enrol = async () => {
    const slip = await central.createEnrolment({ name: '局', region: '3306', users });
    return enrolTestDevice(central.url, slip.code);
  };
  device = await enrol();
  other = await enrol();
  await central.exports.setPhone(OFFICE, '1', '13812345678');
});
afterAll(() => close());

/** Statements of one type, each opened with the authority's certificate. */
async function statementsOf(of: TestDevice, type: string): Promise<SignedStatement[]> {
  const { statements } = json(await of.get(PATHS.statements)) as { statements: unknown[] };
  return statements
    .map((one) => SignedStatementSchema.parse(one))
    .filter(({ payload }) => (JSON.parse(payload) as { type: string }).type === type);
}

/** Opens a ticket as FORMAT.md says, with nothing of the product's code. */
async function unseal(sealed: SealedTicket, code: string): Promise<unknown> {
  const { kdf, box, id } = sealed;
  const key = await argon2id({
    password: code.replaceAll('-', '').slice(0, 11),
    salt: Buffer.from(kdf.salt, 'base64'),
    memorySize: kdf.memoryKiB,
    iterations: kdf.passes,
    parallelism: kdf.lanes,
    hashLength: 32,
    outputType: 'binary',
  });
  const bytes = Buffer.from(box, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
  decipher.setAAD(Buffer.from(`fieldcert-ticket-v1|${id}|${sealed.device}`, 'utf8'));
  decipher.setAuthTag(bytes.subarray(-16));
  const text = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
  return JSON.parse(text.toString('utf8'));
}

const intentOf = (change: Partial<ExportIntent> = {}): ExportIntent => ({
  type: 'export-intent',
  traceId: 'DC-20261127-0001',
  office: OFFICE,
  device: device.answer.deviceId,
  userId: `${OFFICE}-1`,
  purposeClass: 'inspection',
  purpose: '重点行业专项检查',
  filter: '{}',
  scope: '本单位全部证书',
  regions: ['3306'],
  maxRows: 20,
  ...change,
});

interface Chain {
  dseq: number;
  previous: string | null;
}
const chains = new Map<TestDevice, Chain>();

/** Sends one command of a device and answers `verdict reason`. */
async function tell(
  of: TestDevice,
  kind: string,
  payload: unknown,
  actor = `${OFFICE}-1`,
): Promise<string> {
  const chain = chains.get(of) ?? { dseq: 0, previous: null };
  const { deviceId, boxCertificate } = of.answer;
  const dseq = chain.dseq + 1;
  const spki = new X509Certificate(boxCertificate).publicKey.export({
    type: 'spki',
    format: 'der',
  });
  const sealed = await sealBox(
    boxSubtle,
    new Uint8Array(spki),
    Buffer.from(canonicalJson(payload)),
    outboxContext(deviceId, dseq),
  );
  const unsigned = {
    ...{ device: deviceId, dseq, key: ulid(dseq, randomBytes(10)), kind, actor },
    payload: Buffer.from(sealed).toString('base64'),
    atMs: Date.now(),
    previous: chain.previous,
    sig: '',
  };
  const key = { key: of.signingKey, dsaEncoding: 'ieee-p1363' } as const;
  const command = {
    ...unsigned,
    sig: sign('sha256', signedBytes(unsigned), key).toString('base64url'),
  };
  const raw = await of.post(PATHS.outbox, { commands: [command] });
  const [verdict] = OutboxAnswerSchema.parse(json(raw)).verdicts;
  chains.set(of, {
    dseq,
    previous: createHash('sha256').update(chainBytes(command)).digest('hex'),
  });
  return [verdict?.verdict, verdict?.reason].filter(Boolean).join(' ');
}

/** The record of a sealed export, as the desk queues it. */
const recordOf = (
  intent: ExportIntent,
  ticket: SignedStatement | undefined,
  change: Record<string, unknown> = {},
) => ({
  traceId: intent.traceId,
  purpose: intent.purpose,
  purposeClass: intent.purposeClass,
  count: intent.maxRows,
  outcome: 'sealed',
  verificationCode: null,
  packageSha256: null,
  atMs: Date.now(),
  intent,
  ...(ticket === undefined ? {} : { ticket }),
  ...change,
});

/** A person's certificate, DER as base64, each time for a new key. */
function certificateOf(name: string): string {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const out = ['-keyout', '/dev/null', '-outform', 'DER'];
  return execFileSync('openssl', ['req', '-x509', ...key, '-subj', `/CN=${name}`, ...out], {
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString('base64');
}

async function freshTicket(badge = '1', on = device): Promise<SignedStatement> {
  const [issued] = await central.exports.issue({ device: on.answer.deviceId, badge, count: 1 });
  const all = await statementsOf(on, 'sealed-ticket');
  const mine = all.find(({ payload }) => payload.includes(issued?.id ?? '?'));
  const sealed = await on.open(mine, SealedTicketSchema);
  return SignedStatementSchema.parse(await unseal(sealed, issued?.code ?? ''));
}

describe('tickets in advance', () => {
  // Would catch: a ticket that opens without its code, travels in the clear, or lets out more than was ordered.
  it('come with the statements and open with their code alone', async () => {
    const before = (await device.get(PATHS.statements)).headers.etag;
    const issued = await central.exports.issue({
      ...{ device: device.answer.deviceId, badge: '1', count: 2, maxRows: 500, days: 3 },
    });
    expect((await device.get(PATHS.statements)).headers.etag).not.toBe(before);
    const envelopes = await statementsOf(device, 'sealed-ticket');
    expect(envelopes).toHaveLength(2);
    expect(await statementsOf(other, 'sealed-ticket')).toEqual([]);
    const [first, second] = await Promise.all(
      issued.map(async ({ id }) => {
        const envelope = envelopes.find(({ payload }) => payload.includes(id));
        return device.open(envelope, SealedTicketSchema);
      }),
    );
    if (first === undefined || second === undefined) throw new Error('two tickets');
    const ticket = await device.open(
      await unseal(first, issued[0]?.code ?? ''),
      ExportTicketSchema,
    );
    expect(ticket).toMatchObject({ id: issued[0]?.id, badge: '1', maxRows: 500, intent: null });
    expect(ticket.expiresMs - ticket.issuedMs).toBe(3 * DAY_MS);
    await expect(unseal(second, issued[0]?.code ?? '')).rejects.toThrow();
    expect(JSON.stringify(envelopes)).not.toContain(issued[0]?.code.slice(0, 9));
    for (const { id } of issued) await central.exports.revoke(id);
    expect(await statementsOf(device, 'sealed-ticket')).toEqual([]);
    await expect(central.exports.revoke(issued[0]?.id ?? '')).rejects.toThrow(RangeError);
  });

  // Would catch: an administrator who exports, a ticket beyond the policy, or a device full of tickets.
  it('are not issued beyond the policy', async () => {
    const id = device.answer.deviceId;
    for (const order of [
      { device: id, badge: '3' },
      { device: id, badge: '9' },
      { device: 'D-none', badge: '1' },
      { device: id, badge: '1', maxRows: 100_001 },
      { device: id, badge: '1', count: 61 },
      { device: id, badge: '1', days: 93 },
      { device: id, badge: '1', purposes: ['curiosity'] },
    ])
      await expect(central.exports.issue(order), JSON.stringify(order)).rejects.toThrow(RangeError);
  });
});

describe('the record of an export', () => {
  // Would catch: a package without a ticket that counts as lawful, or one ticket that lets out two packages.
  it('is taken once a ticket; every other use is refused and noted', async () => {
    const [envelope, unused] = [await freshTicket(), await freshTicket()];
    const intent = intentOf({ traceId: 'DC-20261127-0002' });
    expect(await tell(device, 'export-record', recordOf(intent, undefined))).toBe(
      'rejected ticket-missing',
    );
    const fine = intentOf({ traceId: 'DC-20261127-0003' });
    expect(await tell(device, 'export-record', recordOf(fine, envelope))).toBe('applied');
    expect(await tell(device, 'export-record', recordOf(fine, envelope))).toBe(
      'rejected export-known',
    );
    const again = intentOf({ traceId: 'DC-20261127-0004' });
    expect(await tell(device, 'export-record', recordOf(again, envelope))).toBe(
      'rejected ticket-used',
    );
    const turned = { ...unused, payload: unused.payload.replace('"maxRows":', '"maxRows":9') };
    const next = intentOf({ traceId: 'DC-20261127-0005' });
    expect(await tell(device, 'export-record', recordOf(next, turned))).toBe(
      'rejected ticket-altered',
    );
    const byOther = await tell(device, 'export-record', recordOf(next, unused), `${OFFICE}-2`);
    expect(byOther).toBe('rejected ticket-other-intent');
    const foreign = intentOf({ ...next, device: other.answer.deviceId });
    expect(await tell(other, 'export-record', recordOf(foreign, unused))).toBe(
      'rejected ticket-foreign-device',
    );
    const late = recordOf({ ...next, traceId: 'DC-20261127-0007' }, unused, {
      atMs: Date.now() + 40 * DAY_MS,
    });
    expect(await tell(device, 'export-record', late)).toBe('rejected ticket-expired');
    const wide = intentOf({ ...next, traceId: 'DC-20261127-0006', regions: ['3302'] });
    expect(await tell(device, 'export-record', recordOf(wide, unused))).toBe(
      'rejected ticket-scope',
    );
    const cancelled = recordOf(next, undefined, { outcome: 'cancelled' });
    expect(await tell(device, 'export-record', cancelled)).toBe('applied');
    const { refused, tickets } = await central.exports.list(OFFICE);
    expect(refused.map(({ fault }) => fault).sort()).toEqual(
      ['altered', 'expired', 'foreign-device', 'missing', 'other-intent', 'scope', 'used'].sort(),
    );
    expect(tickets.find(({ usedBy }) => usedBy.includes('DC-20261127-0004'))?.usedBy).toEqual([
      'DC-20261127-0003',
      'DC-20261127-0004',
    ]);
  });

  // Would catch: an office's policy of one form that any desk goes past, by naming another or by more in one package.
  it('is of a form that its ticket names', async () => {
    const policy = await central.exports.policy(OFFICE);
    const [full, outward] = DEFAULT_TEMPLATES;
    if (full === undefined || outward === undefined) throw new Error('templates');
    await central.exports.setPolicy(OFFICE, {
      ...policy,
      templates: [{ ...outward, maxRows: 15 }],
    });
    try {
      const envelope = await freshTicket();
      const ticket = await device.open(envelope, ExportTicketSchema);
      expect(ticket.forms).toEqual([permittedForm({ ...outward, maxRows: 15 })]);
      const record = (number: number, change: Partial<ExportIntent>, by = envelope) =>
        recordOf(intentOf({ traceId: `DC-20261127-03${number}`, ...change }), by);
      for (const change of [{}, { template: 'full' }, { template: 'outward', maxRows: 16 }])
        expect(
          await tell(device, 'export-record', record(10 + Object.keys(change).length, change)),
        ).toBe('rejected ticket-form');
      const fits = { template: 'outward', maxRows: 15 };
      // A refused use uses a ticket up: the package exists all the same.
      const another = await freshTicket();
      expect(await tell(device, 'export-record', record(20, fits, another))).toBe('applied');
      const messages = sent.length;
      // Neither consent nor a code is given for it in the first place.
      const asked = await device.post(CHALLENGE_PATH, { intent: intentOf({ template: 'full' }) });
      expect([asked.status, sent.length]).toEqual([403, messages]);
    } finally {
      await central.exports.setPolicy(OFFICE, policy);
    }
  });

  // Would catch: two devices whose trace numbers are the same by chance, one of them refused as known.
  it('is told apart from another device’s with the same trace number', async () => {
    const traceId = 'DC-20261127-0100';
    const here = await freshTicket();
    expect(await tell(device, 'export-record', recordOf(intentOf({ traceId }), here))).toBe(
      'applied',
    );
    const there = await freshTicket('1', other);
    const intent = intentOf({ traceId, device: other.answer.deviceId });
    expect(await tell(other, 'export-record', recordOf(intent, there))).toBe('applied');
  });
});

describe('a one-time code', () => {
  const challenge = async (intent: ExportIntent, of = device) =>
    ChallengeAnswerSchema.parse(json(await of.post(CHALLENGE_PATH, { intent })));
  const answer = async (id: string, code: string, of = device) =>
    CodeAnswerSchema.parse(json(await of.post(ANSWER_PATH, { challenge: id, code })));
  const lastCode = () => /验证码 (\d{6})/.exec(sent.at(-1)?.text ?? '')?.[1] ?? '';

  // Would catch: a code that opens another export, works twice, or from another device.
  it('is answered by one ticket for this export alone, also where the answer was lost', async () => {
    const intent = intentOf({ traceId: 'DC-20261127-0200' });
    const asked = await challenge(intent);
    if (asked.outcome !== 'sent') throw new Error(asked.outcome);
    expect(asked.to).toBe('138****5678');
    expect(sent.at(-1)?.to).toBe('13812345678');
    const code = lastCode();
    expect((await answer(asked.challenge, code, other)).outcome).toBe('ended');
    const given = await answer(asked.challenge, code);
    if (given.outcome !== 'ticket') throw new Error(given.outcome);
    const ticket = await device.open(given.ticket, ExportTicketSchema);
    const digest = createHash('sha256').update(intentBytes(intent)).digest('hex');
    expect(ticket).toMatchObject({ way: 'sms', intent: digest, maxRows: 20 });
    // The line dropped before the answer came: the same ticket, and never a second one.
    expect(await answer(asked.challenge, code)).toEqual(given);
    expect((await answer(asked.challenge, code, other)).outcome).toBe('ended');
    const guess = code === '000000' ? '000001' : '000000';
    expect((await answer(asked.challenge, guess)).outcome).toBe('wrong');
    shiftMs += 5 * 60_000 + 1_000;
    expect((await answer(asked.challenge, code)).outcome).toBe('ended');
    const wider = intentOf({ traceId: 'DC-20261127-0200', filter: '{"kinds":["x"]}' });
    expect(await tell(device, 'export-record', recordOf(wider, given.ticket))).toBe(
      'rejected ticket-other-intent',
    );
    expect(
      (await device.post(CHALLENGE_PATH, { intent: intentOf({ device: 'D-x' }) })).status,
    ).toBe(403);
  });

  // Would catch: a guesser with all the time in the world, and codes that never end.
  it('ends after five tries and after five minutes, and is not sent without measure', async () => {
    shiftMs += 11 * 60_000;
    const asked = await challenge(intentOf());
    if (asked.outcome !== 'sent') throw new Error(asked.outcome);
    const right = lastCode();
    const wrong = right === '000000' ? '000001' : '000000';
    for (const triesLeft of [4, 3, 2, 1, 0])
      expect(await answer(asked.challenge, wrong)).toEqual({ outcome: 'wrong', triesLeft });
    expect((await answer(asked.challenge, right)).outcome).toBe('ended');
    const second = await challenge(intentOf());
    if (second.outcome !== 'sent') throw new Error(second.outcome);
    const late = lastCode();
    shiftMs += 5 * 60_000 + 1_000;
    expect((await answer(second.challenge, late)).outcome).toBe('ended');
    expect((await challenge(intentOf())).outcome).toBe('sent');
    const [one, two] = await Promise.all([challenge(intentOf()), challenge(intentOf())]);
    expect([one.outcome, two.outcome]).toEqual(['too-many', 'too-many']);
    expect((await challenge(intentOf({ userId: `${OFFICE}-2` }))).outcome).toBe('no-phone');
    shiftMs = 0;
  });
});

describe('an export that waits for consent', () => {
  // Would catch: consent to one's own export, by nobody of the office, twice, or for another export than was asked.
  it('is decided once by another person, and its ticket comes with the statements', async () => {
    const intent = intentOf({ traceId: 'DC-20261127-0300' });
    const request = ulid(1, randomBytes(10));
    expect(await tell(device, 'export-request', { request, intent }, `${OFFICE}-2`)).toBe(
      'rejected export-foreign',
    );
    expect(await tell(device, 'export-request', { request, intent })).toBe('applied');
    expect((await central.exports.waiting(OFFICE)).map((one) => one.request)).toEqual([request]);
    const decide = (by: string, decision: 'approved' | 'refused' = 'approved') =>
      central.exports.decide({ request, by, decision, note: '同意' });
    for (const by of ['1', '3', '9']) await expect(decide(by)).rejects.toThrow(RangeError);
    await decide('2');
    await expect(decide('2', 'refused')).rejects.toThrow(/approved/);
    const [envelope] = await statementsOf(device, 'export-decision');
    const decision = await device.open(envelope, ExportDecisionSchema);
    expect(decision).toMatchObject({ request, decision: 'approved', by: '乙 2' });
    const ticket = await device.open(decision.ticket, ExportTicketSchema);
    expect(ticket).toMatchObject({ way: 'approval', maxRows: 20, purposes: ['inspection'] });
    expect(await central.exports.waiting(null)).toEqual([]);
    const own = ulid(2, randomBytes(10));
    const byHead = intentOf({ traceId: 'DC-20261127-0301', userId: `${OFFICE}-2` });
    await tell(device, 'export-request', { request: own, intent: byHead }, `${OFFICE}-2`);
    const self = { request: own, by: '2', decision: 'approved' } as const;
    await expect(central.exports.decide(self)).rejects.toThrow(/own/);
  });
});

describe('the export policy', () => {
  // Would catch: a policy without bounds, one that no device gets, or tickets that go on as before it.
  it('is bounded, signed for the office, and holds for new tickets', async () => {
    const policy = await central.exports.policy(OFFICE);
    await expect(central.exports.setPolicy(OFFICE, { ...policy, reviewOver: -1 })).rejects.toThrow(
      RangeError,
    );
    await expect(central.exports.setPolicy(OFFICE, { ...policy, ways: [] })).rejects.toThrow(
      RangeError,
    );
    const limits = { ...policy.limits, inspector: { maxRows: 10, perDay: 20, perMonth: 30 } };
    await central.exports.setPolicy(OFFICE, { ...policy, limits, reviewOver: 5 });
    const [envelope] = await statementsOf(device, 'export-policy');
    const said = await device.open(envelope, ExportPolicyStatementSchema);
    expect(said.policy).toMatchObject({ limits, reviewOver: 5 });
    const order = { device: device.answer.deviceId, badge: '1', count: 1 };
    await expect(central.exports.issue({ ...order, maxRows: 11 })).rejects.toThrow(/10/);
    const ticket = await device.open(await freshTicket(), ExportTicketSchema);
    expect(ticket).toMatchObject({ maxRows: 10, reviewOver: 5 });
    const intent = intentOf({ traceId: 'DC-20261127-0400', maxRows: 8 });
    const envelopeOf = await freshTicket();
    expect(await tell(device, 'export-record', recordOf(intent, envelopeOf))).toBe(
      'rejected ticket-review-missing',
    );
    // One person twice is no second person; another one is.
    const [wei, twin, lina] = ['Wang Wei', 'Wang Wei', 'Li Na'].map(certificateOf);
    const told = (trace: string, second: string | undefined, ticket = envelopeOf) =>
      tell(
        device,
        'export-record',
        recordOf(intentOf({ traceId: trace, maxRows: 8 }), ticket, {
          signerCertificate: wei,
          reviewerCertificate: second,
        }),
      );
    for (const [trace, second] of [
      ['DC-20261127-0401', wei],
      ['DC-20261127-0402', twin],
      ['DC-20261127-0403', 'bm8gY2VydGlmaWNhdGU='],
    ] as const)
      expect(await told(trace, second)).toBe('rejected ticket-review-missing');
    expect(await told('DC-20261127-0404', lina, await freshTicket())).toBe('applied');
  });
});
