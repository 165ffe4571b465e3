import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ImportRow } from '../../shared/domain/imports/rows';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { ulid } from '../../shared/kernel/ids';
import { PATHS } from '../../shared/protocol/endpoints';
import type { IntentOf } from '../../shared/protocol/intents';
import { DecidedSchema } from '../../shared/protocol/outbox';
import { ANSWER_PATH, CHALLENGE_PATH, type ExportIntent } from '../../shared/protocol/ticket';
import type { Central } from '../central';
import type { ShortMessage } from '../sms/gateway';
import type { SqlClient } from '../store/sql-client';
import { enrolTestDevice, type TestDevice } from './device';
import { type IntentSigner, signingAuthority } from './intent-signer';
import { TODAY, testCentral } from './place';
import { teller } from './teller';

const OFFICE = '330600';
const DAY_MS = 86_400_000;
const authority = signingAuthority('Office CA');
const sent: ShortMessage[] = [];
let shiftMs = 0;
const nowMs = () => Date.now() + shiftMs;
let central: Central;
let close: () => Promise<void>;

beforeAll(async () => {
  const sms = { send: async (one: ShortMessage) => void sent.push(one) };
  const options = { signerRoots: [authority.root], nowMs, sms };
  ({ central, close } = await testCentral({ '3306': 20 }, options));
});
afterAll(() => close());
// A device that enrols in a later time has a certificate that the line's clock does not take yet.
afterEach(() => {
  shiftMs = 0;
});

interface Desk extends ReturnType<typeof teller> {
  readonly device: TestDevice;
  readonly id: string;
  /** User number of the head of the office. */
  readonly head: string;
}

let heads = 0;
/** A device, and a head who has signed nothing before. */
async function desk(): Promise<Desk> {
  const badge = String(++heads);
  const users = [{ badge, name: '乙', role: 'head' as const }];
  const { code } = await central.createEnrolment({ name: '局', region: '3306', users });
  const device = await enrolTestDevice(central.url, code);
  return { device, id: device.answer.deviceId, head: `${OFFICE}-${badge}`, ...teller(device) };
}

let rows = 0;
const rowsOf = (): readonly ImportRow[] => [
  {
    line: 2,
    name: '张三',
    idNumber: '11010519491231002X',
    number: `JX-${++rows}`,
    kind: 'special-operation',
    category: null,
    validFrom: TODAY,
    validTo: TODAY + 2_000,
    company: null,
  },
];

function importIntent(at: Desk, list: readonly ImportRow[], atMs: number): IntentOf<'import'> {
  return {
    type: 'import-intent',
    ...{ office: OFFICE, device: at.id, userId: at.head, badge: at.head.slice(-1), name: '乙' },
    atMs,
    import: ulid(Date.now(), randomBytes(10)),
    list: 'certificates',
    file: '名单.xlsx',
    rows: list.length,
    leftOut: 0,
    rowsSha256: createHash('sha256').update(canonicalJson(list)).digest('hex'),
  };
}

function handIn(at: Desk, signer: IntentSigner, atMs = nowMs()): Promise<string> {
  const list = rowsOf();
  const signed = signer(importIntent(at, list, atMs));
  return at.tell('import', { list: 'certificates', rows: list, signed }, at.head);
}

/** The certificate alone, as the record of an export has it. */
const certificateOf = (at: Desk, signer: IntentSigner): string =>
  signer(importIntent(at, rowsOf(), 1)).certificates[0] ?? '';

let traces = 0;
/** The record of a sealed export with a ticket of its own. */
async function recordOf(at: Desk, signerCertificate: string | undefined): Promise<unknown> {
  const intent: ExportIntent = {
    type: 'export-intent',
    traceId: `DC-20261127-${String(++traces).padStart(4, '0')}`,
    ...{ office: OFFICE, device: at.id, userId: at.head },
    purposeClass: 'inspection',
    purpose: '重点行业专项检查',
    filter: '{}',
    scope: '本单位全部证书',
    regions: ['3306'],
    maxRows: 20,
  };
  await central.exports.setPhone(OFFICE, at.head.slice(OFFICE.length + 1), '13812345678');
  const post = async (path: string, body: unknown) =>
    JSON.parse((await at.device.post(path, body)).body.toString('utf8'));
  const { challenge } = await post(CHALLENGE_PATH, { intent });
  const code = /验证码 (\d{6})/.exec(sent.at(-1)?.text ?? '')?.[1];
  const { ticket } = await post(ANSWER_PATH, { challenge, code });
  return {
    ...{ traceId: intent.traceId, purpose: intent.purpose, purposeClass: intent.purposeClass },
    ...{ count: 20, outcome: 'sealed', verificationCode: null, packageSha256: null },
    ...{ manifestSha256: 'c'.repeat(64), atMs: nowMs(), intent, ticket },
    ...(signerCertificate === undefined ? {} : { signerCertificate }),
  };
}

const tellExport = async (at: Desk, signerCertificate: string | undefined) =>
  at.tell('export-record', await recordOf(at, signerCertificate), at.head);

/** Two persons accept the device's last command. */
async function accept(at: Desk): Promise<void> {
  const looked = { device: at.id, dseq: at.last(), by: '钱一' };
  const { proposal } = await central.review.propose(looked, 'applied', '已核实');
  await central.review.confirm({ ...looked, by: '孙二' }, proposal.code);
}

/** The centre without what a device sent to it. */
async function forget({ id }: Desk): Promise<void> {
  const { client } = (central as unknown as { readonly parts: { readonly client: SqlClient } })
    .parts;
  await client.query('delete from outbox where device = $1', [id]);
  await client.query('delete from import_row');
}

describe('a centre that has roots', () => {
  // Would catch: roots that are read and heeded nowhere, a stranger's certificate, one for encryption, or one that has ended taken.
  it('takes lists and exports of the right issuer, and refuses others with the reason', async () => {
    const at = await desk();
    const good = authority.issue('Yi', 300);
    const stranger = signingAuthority('Office CA').issue('Yi', 300);
    const sealer = authority.issue('Yi', 300, 'seal');
    expect(await handIn(at, stranger)).toBe('rejected signer-issuer');
    expect(await handIn(at, sealer)).toBe('rejected signer-usage');
    expect(await handIn(at, good)).toBe('applied import:t');
    expect(await handIn(at, authority.issue('Yi', 300), nowMs() + 301 * DAY_MS)).toBe(
      'rejected signer-expired',
    );
    expect(await tellExport(at, undefined)).toBe('rejected signer-issuer');
    expect(await tellExport(at, certificateOf(at, stranger))).toBe('rejected signer-issuer');
    expect(await tellExport(at, certificateOf(at, sealer))).toBe('rejected signer-usage');
    // More codes than three in ten minutes are not sent.
    shiftMs += 11 * 60_000;
    expect(await tellExport(at, certificateOf(at, good))).toBe('applied');
  });
});

describe('the record of an export', () => {
  // Would catch: whoever's key happens to be in the port signs somebody else's export, and the centre countersigns it.
  it('counts only with the key that is recorded of who exports', async () => {
    const at = await desk();
    const [own, colleague] = [authority.issue('Geng', 300), authority.issue('Xin', 300)];
    const { office, device, userId, badge, name, atMs } = importIntent(at, [], nowMs());
    const by = { office, device, userId, badge, name, atMs };
    const agreement = own({
      type: 'agreement-intent',
      ...by,
      version: '2026.1',
      locale: 'zh-CN',
      textSha256: 'a'.repeat(64),
    });
    expect(await at.tell('agreement', { signed: agreement }, at.head)).toBe('applied');
    expect(await tellExport(at, certificateOf(at, colleague))).toBe('rejected signer-other');
    expect(await tellExport(at, certificateOf(at, own))).toBe('applied');
  });
});

describe('a signature that came after the end of its certificate', () => {
  // Would catch: work that is lost because a device was long without a line, and one taken without anybody having looked; a list of which
  // its author never learns what was taken.
  it('waits for two persons, and has its effects when they accept it', async () => {
    const at = await desk();
    const person = authority.issue('Bing', 30);
    const madeMs = nowMs();
    shiftMs += 31 * DAY_MS;
    expect(await handIn(at, person)).toBe('rejected signer-expired');
    expect(await handIn(at, person, madeMs)).toBe('needs-review signer-late');
    const before = (await central.imports.list(OFFICE)).length;
    await accept(at);
    expect(await central.imports.list(OFFICE)).toHaveLength(before + 1);
    // The device hears what became of each row, and the persons' words.
    const { body } = await at.device.get(`${PATHS.outboxDecided}?of=${at.last()}`);
    const { verdicts } = DecidedSchema.parse(JSON.parse(body.toString('utf8')));
    expect(verdicts).toEqual([
      { dseq: at.last(), verdict: 'applied', reason: 'import:t\ncentral:已核实' },
    ]);
    // Whose issuer is nobody's is refused however late it comes.
    const stranger = signingAuthority('Office CA').issue('Bing', 30);
    expect(await handIn(at, stranger, madeMs)).toBe('rejected signer-issuer');
  });

  // Would catch: the ticket of a late export that can be used once more, and a record that is accepted without its ticket.
  it('of an export uses its ticket, and is countersigned when accepted', async () => {
    const at = await desk();
    const der = certificateOf(at, authority.issue('Ding', 30));
    const record = (await recordOf(at, der)) as { readonly traceId: string };
    shiftMs += 31 * DAY_MS;
    expect(await at.tell('export-record', record, at.head)).toBe('needs-review signer-late');
    const other = { ...record, traceId: 'DC-20261127-0900' };
    expect(await at.tell('export-record', other, at.head)).toMatch(/^rejected ticket-/);
    const looked = { device: at.id, dseq: at.last() - 1, by: '钱一' };
    const { proposal } = await central.review.propose(looked, 'applied', '已核实');
    await central.review.confirm({ ...looked, by: '孙二' }, proposal.code);
    expect(await at.tell('export-record', record, at.head)).toBe('rejected export-known');
  });

  // Would catch: a receipt that is believed for a time before it was signed.
  it('is not proven by a receipt of a later time', async () => {
    const at = await desk();
    const person = authority.issue('Wu', 30);
    expect(await handIn(at, person)).toBe('applied import:t');
    const madeMs = nowMs();
    shiftMs += 31 * DAY_MS;
    expect(await handIn(at, person, madeMs)).toBe('needs-review signer-late');
    await forget(at);
    // The receipt of the second is later than the end of the certificate: it proves nothing that helps.
    expect(await at.again()).toEqual(['needs-review signer-late', 'needs-review signer-late']);
  });

  // Would catch: work refused for coming late, which the centre had in time and lost itself.
  it('is taken where the earlier receipt names it alone', async () => {
    const at = await desk();
    expect(await handIn(at, authority.issue('Ji', 30))).toBe('applied import:t');
    await forget(at);
    shiftMs += 31 * DAY_MS;
    expect(await at.again()).toEqual(['applied import:t']);
  });
});
