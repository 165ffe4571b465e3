import { describe, expect, it } from 'vitest';
import { ACT_KINDS, type ActField } from '../../../../shared/protocol/acts/facts';
import { AdminActSchema } from '../../../../shared/protocol/admin-acts';
import { actOf, type Filled, faulty, formOf, missing } from './act-forms';

const ULID = '01KA0000000000000000000000';
/** As somebody would type them. */
const TYPED: Readonly<Partial<Record<ActField, string>>> = {
  region: '3306',
  code: 'a1b2c3d4e5f6',
  name: '绍兴市应急管理局',
  isPractice: 'yes',
  asksToken: 'yes',
  jurisdiction: '33',
  hours: '48',
  office: '330600',
  device: 'D-1',
  order: 'lock',
  reason: ' 遗失 ',
  endpoints: 'https://a.example\n https://b.example ',
  policy: 'reviewOver = 500\nways = ["sms"]',
  thresholds: 'failures＝9',
  certificates: '1，2\n3',
  group: 'issuer 7',
  level: '3',
  isDrill: 'yes',
  mark: ULID,
  badge: '330600001',
  sha256: 'ab',
  certificate: `-----BEGIN CERTIFICATE-----\n${'QUJD'.repeat(40)}\n-----END CERTIFICATE-----\n`,
  file: '{"keys":[]}',
  from: '2026-11-01',
  until: '2027-11-01',
  key: '7f',
  count: '5',
  days: '30',
  maxRows: '1000',
  purposes: 'inspection',
  phone: '13800000000',
  isNow: 'yes',
  isDespiteLost: 'yes',
  budgetMilli: '4000',
  shareMilli: '500',
  milli: '200',
  number: '12',
  verdict: 'applied',
  decision: 'approved',
  request: 'R1',
  by: '330600001',
  note: '',
  ticket: 'ET-1',
  person: 'A1',
};
const PEOPLE = [{ key: 1, badge: '1', name: '甲', role: 'head' }];

describe('the form of an act', () => {
  // Bugs: a kind that nobody can ask for, a field under another name than the act's, a number as text, a mandatory field left out.
  it.each(ACT_KINDS)('makes an act of the kind %s', (kind) => {
    // To one of both; of a certificate that is revoked the number.
    const texts = {
      ...TYPED,
      ...(kind === 'directive' ? { device: '' } : {}),
      ...(kind === 'mark' ? { group: '' } : {}),
      ...(kind === 'certificate-revoke' ? { certificate: '77' } : {}),
    };
    const filled: Filled = { texts, people: PEOPLE };
    expect(missing(kind, filled)).toEqual([]);
    const read = AdminActSchema.safeParse(actOf(kind, filled));
    expect(read.error?.issues ?? []).toEqual([]);
    // Everything of the kind that can be said can be said here.
    const option = AdminActSchema.options.find(({ shape }) => shape.kind.value === kind);
    const fields = formOf(kind).map(({ field }) => field as string);
    expect([...fields, 'kind'].sort()).toEqual(Object.keys(option?.shape ?? {}).sort());
  });

  // Bugs: a field that is empty or unreadable sent as something; a wrong number as 0.
  it.each(ACT_KINDS)('says what of %s is missing', (kind) => {
    const nothing: Filled = { texts: {}, people: [] };
    const needed = formOf(kind)
      .filter((one) => !one.isOptional)
      .map(({ field }) => field);
    expect(missing(kind, nothing)).toEqual(needed);
    expect(actOf(kind, nothing)).toEqual({ kind });
  });

  it('takes no text for a number, and no line for a pair that is none', () => {
    const wrong = (texts: Filled['texts']): Filled => ({ texts, people: [] });
    expect(missing('statistics-give', wrong({ ...TYPED, milli: '12 a' }))).toEqual(['milli']);
    expect(missing('export-policy', wrong({ ...TYPED, policy: 'reviewOver' }))).toEqual(['policy']);
    expect(missing('alert-policy', wrong({ ...TYPED, thresholds: '= 3' }))).toEqual(['thresholds']);
  });
  // Bug: sixty tickets for a week signed as five for a month, because a unit or a comma was typed.
  it('leaves nothing that was typed out in silence', () => {
    const typed = {
      device: 'D-1',
      badge: '330600001',
      count: '６０',
      days: '7天',
      maxRows: '1,000',
    };
    const filled: Filled = { texts: typed, people: [] };
    expect(missing('tickets', filled)).toEqual([]);
    expect(faulty('tickets', filled)).toEqual(['days', 'maxRows']);
    expect(actOf('tickets', filled)).toMatchObject({ count: 60 });
    const group: Filled = { texts: { group: 'issuer x', certificates: '1,2,三' }, people: [] };
    expect(faulty('mark', group)).toEqual(['certificates', 'group']);
    for (const kind of ACT_KINDS)
      expect(faulty(kind, { texts: TYPED, people: PEOPLE })).toEqual(
        kind === 'certificate-revoke' ? ['certificate'] : [],
      );
  });
});
