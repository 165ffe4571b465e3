import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportRow, NewCertificate } from '../../shared/domain/imports/rows';
import { NUMBER_FORMS } from '../../shared/domain/model';
import { SAFE_EXPORT_POLICY } from '../../shared/domain/policy/export-policy';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { ulid } from '../../shared/kernel/ids';
import type { IntentOf, SignedIntent } from '../../shared/protocol/intents';
import { generateRegion } from '../generate/generate';
import type { SqlClient } from '../store/sql-client';
import { enrolTestDevice, type TestDevice } from './device';
import { intentSigner } from './intent-signer';
import { TODAY, testCentral } from './place';
import { type Tell, teller } from './teller';

const OFFICE = '330600';
const [INSPECTOR, HEAD] = [`${OFFICE}-1`, `${OFFICE}-2`];
const DATA = { region: '3306', certificates: 40, seed: 'test', today: TODAY };
const DAY_MS = 86_400_000;

let central: Awaited<ReturnType<typeof testCentral>>['central'];
let close: () => Promise<void>;
let device: TestDevice;
let tell: Tell;
const own = intentSigner('Yi', 3_000);
const other = intentSigner('Yi', 3_000);

beforeAll(async () => {
  ({ central, close } = await testCentral({ '3306': DATA.certificates }));
  const users = [
    { badge: '1', name: '甲', role: 'inspector' as const },
    { badge: '2', name: '乙', role: 'head' as const },
  ];
  const { code } = await central.createEnrolment({ name: '局', region: '3306', users });
  device = await enrolTestDevice(central.url, code);
  ({ tell } = teller(device));
});
afterAll(() => close());

const who = (userId: string, atMs = Date.now()) => ({
  office: OFFICE,
  device: device.answer.deviceId,
  userId,
  badge: userId.slice(-1),
  name: '乙',
  atMs,
});
const digest = (rows: readonly ImportRow[]) =>
  createHash('sha256').update(canonicalJson(rows)).digest('hex');

function importIntent(
  rows: readonly ImportRow[],
  change: Partial<IntentOf<'import'>> = {},
): IntentOf<'import'> {
  return {
    type: 'import-intent',
    ...who(HEAD),
    import: ulid(Date.now(), randomBytes(10)),
    list: 'certificates',
    file: '名单.xlsx',
    rows: rows.length,
    leftOut: 0,
    rowsSha256: digest(rows),
    ...change,
  };
}

const CERTIFICATE: NewCertificate = {
  line: 2,
  name: '张三',
  idNumber: '11010519491231002X',
  number: 'JX-2026-0001',
  kind: 'special-operation',
  category: null,
  validFrom: TODAY,
  validTo: TODAY + 2_000,
  company: null,
};

/** A certificate that the region has, with the number that is printed on it. */
function known(): { readonly number: string; readonly validTo: number } {
  let id = 0;
  const people = new Map<number, string>();
  for (const { rows } of generateRegion(DATA, () => ++id)) {
    for (const one of rows.person ?? []) people.set(one.id, String(one.secret?.idNumber));
    for (const { values, secret } of rows.certificate ?? []) {
      const form = Number(values.numberForm);
      const idNumber = people.get(Number(values.holder)) ?? '';
      const number =
        form === NUMBER_FORMS['T-id']
          ? `T${idNumber}`
          : form === NUMBER_FORMS.id
            ? idNumber
            : String(values.number ?? secret?.number);
      return { number, validTo: Number(values.validTo) };
    }
  }
  throw new Error('no certificate');
}

/** The id of a certificate, as the centre gave it. */
async function anyCertificate(): Promise<number> {
  const { client } = (central as unknown as { readonly parts: { readonly client: SqlClient } })
    .parts;
  const [row] = await client.query<{ id: number }>('select min(id) as id from e_certificate');
  return row?.id ?? 0;
}

const handIn = (
  rows: readonly ImportRow[],
  signed: SignedIntent,
  list = 'certificates',
  actor = HEAD,
) => tell('import', { list, rows, signed }, actor);

describe('a list that was handed in', () => {
  // Would catch: a certificate entered twice, one that the centre has taken for a new one, a row judged as another.
  it('is judged row by row, kept wrapped, and the same row taken once', async () => {
    const { number, validTo } = known();
    const rows = [
      CERTIFICATE,
      { ...CERTIFICATE, line: 3, number, validTo },
      { ...CERTIFICATE, line: 4, number: 'JX-2026-0002' },
    ];
    const intent = importIntent(rows);
    expect(await handIn(rows, own(intent))).toBe('applied import:tkt');
    const kept = await central.imports.rows(intent.import);
    expect(kept.map(({ verdict }) => verdict)).toEqual(['taken', 'known', 'taken']);
    expect(kept.map(({ row }) => row)).toEqual(rows);
    const again = [
      { ...CERTIFICATE, line: 9 },
      { ...CERTIFICATE, line: 10, number: 'JX-3' },
    ];
    expect(await handIn(again, own(importIntent(again)))).toBe('applied import:ot');
    expect(await handIn(rows, own(intent))).toBe('rejected request-known');
    expect(
      (await central.imports.list(OFFICE)).filter(({ verdict }) => verdict === 'taken'),
    ).toEqual([
      expect.objectContaining({ rows: 1 }),
      expect.objectContaining({ id: intent.import, rows: 2 }),
    ]);
  });

  // Would catch: a correction of a certificate of another office, or of none.
  it('corrects only what the office has', async () => {
    const correction = { line: 2, field: 'validTo', proposed: '2032-01-01', note: '录错' } as const;
    const rows = [
      { ...correction, certificate: await anyCertificate() },
      { ...correction, line: 3, certificate: 9_999_999 },
    ];
    const signed = own(importIntent(rows, { list: 'corrections' }));
    expect(await handIn(rows, signed, 'corrections')).toBe('applied import:tg');
  });

  // Would catch: rows put under a signature that was given for others, an inspector's list, a borrowed signature.
  it('counts only as it was signed, and by the head', async () => {
    const rows = [{ ...CERTIFICATE, number: 'JX-9' }];
    const signed = own(importIntent(rows));
    const changed = [{ ...CERTIFICATE, number: 'JX-8' }];
    expect(await handIn(changed, signed)).toBe('rejected import-differs');
    expect(await handIn([...rows, ...changed], signed)).toBe('rejected import-differs');
    const counted = own(importIntent(rows, { rows: 2 }));
    expect(await handIn(rows, counted)).toBe('rejected import-differs');
    const asOther = own(importIntent(rows, { list: 'corrections' }));
    expect(await handIn(rows, asOther)).toBe('rejected import-differs');
    expect(await handIn(rows, signed, 'certificates', INSPECTOR)).toBe('rejected import-role');
    const foreign = own(importIntent(rows, { userId: INSPECTOR }));
    expect(await handIn(rows, foreign)).toBe('rejected signer-foreign');
    const broken = { ...signed, intent: signed.intent.replace('JX', 'XJ').replace('名单', '名册') };
    expect(await handIn(rows, broken)).toBe('rejected signer-signature');
    expect(await handIn([{ ...CERTIFICATE, number: '' }], signed)).toBe('rejected form');
    expect(await handIn(rows, signed)).toBe('applied import:t');
  });

  // Would catch: a policy that only the device heeds.
  it('waits for the user agreement where the policy says so', async () => {
    const rows = [{ ...CERTIFICATE, number: 'JX-20' }];
    await central.exports.setPolicy(OFFICE, { ...SAFE_EXPORT_POLICY, agreementBefore: ['import'] });
    expect(await handIn(rows, own(importIntent(rows)))).toBe('rejected agreement-missing');
    const agreement = own({
      type: 'agreement-intent',
      ...who(HEAD),
      version: '2026.1',
      locale: 'zh-CN',
      textSha256: 'a'.repeat(64),
    });
    expect(await tell('agreement', { signed: agreement }, HEAD)).toBe('applied');
    expect(await handIn(rows, own(importIntent(rows)))).toBe('applied import:t');
  });
});

describe('the certificate that signed the agreement', () => {
  // Would catch: any certificate that says the person's name taken for the person's, and one that was replaced still counting.
  it('is the one that later signatures are compared with', async () => {
    let number = 100;
    const tryWith = (signer: typeof own, atMs?: number) => {
      const rows = [{ ...CERTIFICATE, number: `JX-${++number}` }];
      return handIn(rows, signer(importIntent(rows, atMs === undefined ? {} : { atMs })));
    };
    expect(await tryWith(own)).toBe('applied import:t');
    expect(await tryWith(other)).toBe('rejected signer-other');
    const checkpoint = other({
      type: 'checkpoint-intent',
      ...who(HEAD),
      occasion: 'login',
      seq: 1,
      head: 'b'.repeat(64),
    });
    expect(await tell('audit-checkpoint', { signed: checkpoint }, HEAD)).toBe(
      'rejected signer-other',
    );
    // Shortly before the recorded one ends another is its renewal.
    expect(await tryWith(other, Date.now() + 2_930 * DAY_MS)).toBe('rejected signer-other');
    const renewed = intentSigner('Yi', 4_000);
    expect(await tryWith(renewed, Date.now() + 2_950 * DAY_MS)).toBe('applied import:t');
    // A key that was replaced counts no more, and the next takes its place.
    await central.imports.replaceKey(OFFICE, '2');
    expect(await tryWith(own)).toBe('rejected signer-other');
    expect(await tryWith(other)).toBe('applied import:t');
    expect(await tryWith(intentSigner('Yi', 3_000))).toBe('rejected signer-other');
    expect(await tryWith(other)).toBe('applied import:t');
    await expect(central.imports.replaceKey(OFFICE, '9')).rejects.toThrow(RangeError);
  });
});
