import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayFromIso, isoFromDay } from '../../kernel/day';
import { parseRulePack } from '../../protocol/rule-pack';
import { BASE_STATUSES, STATUSES, type StatusCode, UNDER_VERIFICATION } from '../model';
import { classify, statusCutoffs } from './cutoffs';
import { evaluateStatus, type StatusInput } from './evaluate-status';
import { checkGolden } from './golden';
import { nextReviewDue, requiredHours, validToOf } from './periods';
import type { RulePack } from './rule-pack';
import { type Comparison, statusRules } from './status-rules';

const file = new URL('../../../resources/rule-packs/national-2026.11.1.json', import.meta.url);
const raw = JSON.parse(readFileSync(file, 'utf8'));

function shippedPack(): RulePack {
  const parsed = parseRulePack(raw);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error, null, 1));
  return parsed.value;
}
const pack = shippedPack();

// Another order of precedence and other stages, so that nothing of the shipped ones hides in code.
const otherPack: RulePack = {
  ...pack,
  stages: { warning: 50, apply: 40, expiring: 20, notice: 3 },
  reviewStages: { warning: 120, apply: 80, expiring: 45, notice: 10 },
  statusPrecedence: [
    ['review-overdue', 'expired', 'not-yet-valid'],
    ['review-due'],
    ['expiring'],
    ['valid'],
  ],
};

const today = dayFromIso('2026-11-23');
const near = fc.integer({ min: -130, max: 130 }).map((days) => today + days);
const certificates: fc.Arbitrary<StatusInput> = fc.record(
  {
    validFrom: near,
    validTo: near,
    reviewDue: near,
    baseStatus: fc.constantFrom(...Object.values(BASE_STATUSES), 1, 1, 1),
  },
  { requiredKeys: ['validFrom', 'validTo', 'baseStatus'] },
);

describe('the shipped rule pack', () => {
  // Would catch: a pack that ships with a wrong answer, or too thin a set to notice one.
  it('passes its golden set of at least 40 cases', () => {
    expect(pack.golden.length).toBeGreaterThanOrEqual(40);
    expect(new Set(pack.golden.map(({ name }) => name)).size).toBe(pack.golden.length);
    expect(checkGolden(pack)).toEqual([]);
    expect(new Set(pack.golden.map(({ expect: { status } }) => status)).size).toBe(
      // 核查中 is an order of the centre and no rule of a pack.
      Object.keys(STATUSES).length - 1,
    );
  });

  // Would catch: a changed rule (the wrong number of days) taken over although its cases contradict it.
  it('is refused when any one stage, colour or precedence is wrong', () => {
    for (const clock of ['stages', 'reviewStages'] as const)
      for (const stage of ['warning', 'apply', 'expiring', 'notice'] as const)
        for (const by of [-1, 1])
          expect(
            parseRulePack({ ...raw, [clock]: { ...raw[clock], [stage]: raw[clock][stage] + by } }),
          ).toMatchObject({
            ok: false,
            error: { kind: 'golden' },
          });
    for (const status of Object.keys(STATUSES))
      expect(
        parseRulePack({ ...raw, colours: { ...raw.colours, [status]: 'green', valid: 'red' } }).ok,
      ).toBe(false);
    const turned = [
      ['not-yet-valid'],
      ['review-overdue'],
      ['expired'],
      ['expiring', 'review-due'],
      ['valid'],
    ];
    expect(parseRulePack({ ...raw, statusPrecedence: turned })).toMatchObject({
      error: { kind: 'golden' },
    });
  });

  // Would catch: unknown or missing fields slipping through, and nonsense reaching the evaluator.
  it('is refused when malformed', () => {
    const variants = [
      null,
      { ...raw, more: 1 },
      { ...raw, golden: [] },
      { ...raw, issuedDay: '2026-02-30' },
      { ...raw, kinds: [...raw.kinds, raw.kinds[0]] },
      { ...raw, stages: { ...raw.stages, apply: 95 } },
      { ...raw, statusPrecedence: [['expired'], ['valid']] },
      { ...raw, colours: { valid: 'green' } },
    ];
    for (const variant of variants)
      expect(parseRulePack(variant)).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });
});

const holds = (row: Record<string, number>, c: Comparison): boolean => {
  const a = row[c.column] ?? 0;
  const b = 'otherColumn' in c ? (row[c.otherColumn] ?? 0) : c.value;
  return { '=': a === b, '>': a > b, '>=': a >= b, '<': a < b, '<=': a <= b }[c.operator];
};

describe('a mark of the centre', () => {
  const usable = ['valid', 'expiring', 'review-due'];

  // Would catch: a marked certificate that reads as usable anywhere, one that a mark makes look better, counts beside lists.
  it('takes what is usable and leaves what is bad', () => {
    fc.assert(
      fc.property(certificates, fc.constantFrom(pack, otherPack), (certificate, rules) => {
        const plain = { ...certificate, baseStatus: BASE_STATUSES.valid };
        const before = evaluateStatus(plain, today, rules);
        const marked = { ...certificate, baseStatus: UNDER_VERIFICATION } as const;
        const after = evaluateStatus(marked, today, rules);
        const isUsable = usable.includes(before.status);
        expect(after.status).toBe(isUsable ? 'under-verification' : before.status);
        expect(after.colour).not.toBe('green');
        expect([after.daysLeft, after.deciding]).toEqual([before.daysLeft, before.deciding]);
        const { validFrom, validTo, reviewDue = 0 } = certificate;
        const cutoffs = statusCutoffs(rules, today);
        expect(classify(validFrom, validTo, reviewDue, UNDER_VERIFICATION, cutoffs)).toBe(
          STATUSES[after.status],
        );
      }),
      { numRuns: 2000 },
    );
  });
});

describe('classify and statusRules', () => {
  // Would catch: boards or SQL showing another status than the certificate's own page.
  it('equal evaluateStatus for every certificate and pack', () => {
    fc.assert(
      fc.property(certificates, fc.constantFrom(pack, otherPack), (certificate, rules) => {
        const { validFrom, validTo, reviewDue = 0, baseStatus } = certificate;
        const cutoffs = statusCutoffs(rules, today);
        const expected: StatusCode = STATUSES[evaluateStatus(certificate, today, rules).status];
        expect(classify(validFrom, validTo, reviewDue, baseStatus, cutoffs)).toBe(expected);
        const row = { validFrom, validTo, reviewDue, baseStatus };
        const first = statusRules(cutoffs).find(({ when }) => when.every((c) => holds(row, c)));
        expect(first?.status).toBe(expected);
      }),
      { numRuns: 5000 },
    );
  });

  // Would catch: the clock that does not decide called fine in the days in which it ends, or a revoked certificate called
  // soon to expire.
  it('say of each clock whether it runs out soon, whichever decides', () => {
    fc.assert(
      fc.property(certificates, fc.constantFrom(pack, otherPack), (certificate, rules) => {
        const { validity, review, soon } = evaluateStatus(certificate, today, rules);
        const within = (days: number, most: number) => days >= 0 && days <= most;
        const counts = certificate.baseStatus === BASE_STATUSES.valid;
        expect(soon).toEqual({
          validity:
            counts && validity.from <= today && within(validity.daysLeft, rules.stages.expiring),
          review:
            counts && review !== undefined && within(review.daysLeft, rules.reviewStages.expiring),
        });
      }),
      { numRuns: 2000 },
    );
  });

  // Would catch: a certificate that gets better by waiting.
  it('never improve with time while nothing is done', () => {
    const severity: Record<string, number> = {
      'not-yet-valid': 0,
      valid: 0,
      expiring: 1,
      'review-due': 1,
      'review-overdue': 2,
      expired: 3,
    };
    fc.assert(
      fc.property(certificates, fc.integer({ min: 0, max: 60 }), (certificate, days) => {
        fc.pre(certificate.baseStatus === 1 && certificate.validFrom <= today);
        const now = evaluateStatus(certificate, today, pack);
        const later = evaluateStatus(certificate, today + days, pack);
        expect(severity[later.status]).toBeGreaterThanOrEqual(severity[now.status] ?? 9);
      }),
    );
  });
});

describe('periods', () => {
  const end = (kind: 'manager-safety' | 'special-operation', from: string): string | undefined => {
    const day = validToOf(pack, kind, dayFromIso(from));
    return day === undefined ? undefined : isoFromDay(day);
  };
  // Would catch: certificates one day too long or short, and leap days falling out of the month.
  it('end the day before the anniversary', () => {
    expect(end('manager-safety', '2024-05-20')).toBe('2027-05-19');
    expect(end('manager-safety', '2024-02-29')).toBe('2027-02-28');
    expect(end('manager-safety', '2025-03-01')).toBe('2028-02-29');
    expect(end('special-operation', '2024-05-20')).toBe('2030-05-19');
  });

  // Would catch: a second review asked for on the day on which the certificate ends anyway.
  it('ask for the reviews within the validity only', () => {
    const from = dayFromIso('2024-05-20');
    const due = dayFromIso('2027-05-19');
    expect(nextReviewDue(pack, 'special-operation', from, from)).toBe(due);
    expect(nextReviewDue(pack, 'special-operation', from, due)).toBeUndefined();
    expect(nextReviewDue(pack, 'manager-safety', from, from)).toBeUndefined();
  });

  // Would catch: high-risk industries held to the lower hours.
  it('ask for more hours in high-risk industries', () => {
    expect(requiredHours(pack, 'manager-principal', 'initial', 6)).toBe(48);
    expect(requiredHours(pack, 'manager-principal', 'annual', 13)).toBe(12);
    expect(requiredHours(pack, 'special-operation', 'review', 6)).toBe(8);
    expect(requiredHours(pack, 'construction-a', 'initial', 47)).toBeUndefined();
  });
});
