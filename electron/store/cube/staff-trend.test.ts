import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CERTIFICATE_KINDS, STATUSES } from '../../../shared/domain/model';
import type { Filter } from '../../../shared/ipc/common';
import { Cube } from './cube';
import { staffTrend } from './staff-trend';
import { atOnce } from './steps';

const DAYS = 13;
/** Beside the status, as the year's columns have it. */
const DUE_90 = 0x10;
const IN_FORCE: readonly number[] = [STATUSES.valid, STATUSES.expiring];
const inForce = Uint8Array.from({ length: 16 }, (_, code) => (IN_FORCE.includes(code) ? 1 : 0));

const certificate = fc.record({
  company: fc.constantFrom(null, 1, 2, 3),
  // Close together, and far apart: they are counted in two ways.
  holder: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constantFrom(7_000_000, 9_000_000_000)),
  kind: fc.constantFrom(1, 3),
  region: fc.constantFrom(330_102, 440_101),
  codes: fc.array(
    fc.constantFrom(
      0,
      STATUSES.valid,
      STATUSES.valid | DUE_90,
      STATUSES.expiring | DUE_90,
      STATUSES.expired,
    ),
    { minLength: DAYS, maxLength: DAYS },
  ),
});
const filters: fc.Arbitrary<Filter> = fc.constantFrom(
  {},
  { kinds: ['special-operation' as const] },
);

// Bug: a person counted twice on a day, or on one for what was in force on another; a company's persons on a day before it
// stated a headcount; certificates out of scope or of another kind.
it('the certified staff of each day is what a set of its persons holds', () => {
  fc.assert(
    fc.property(
      fc.array(certificate, { minLength: 1, maxLength: 25 }),
      fc.array(fc.subarray([1, 2, 3]), { minLength: DAYS, maxLength: DAYS }),
      filters,
      (certificates, statedBy, filter) => {
        const cube = new Cube();
        certificates.forEach(({ company, holder, kind, region }, i) => {
          const dates = { validFrom: 1, validTo: 2, reviewDue: null, baseStatus: 1 };
          const place = { region, industry: 6, body: null, category: null };
          cube.put({ id: i + 1, kind, company, holder, nameId: 1, ...dates, ...place });
        });
        // Days of one year share what was stated, as they do in the store.
        const shared = new Map(
          statedBy.map((companies) => [
            String(companies),
            new Map(
              companies.map((id) => [id, { region: 330_102, headcount: 10 * id, required: 1 }]),
            ),
          ]),
        );
        const days = statedBy.map((companies, n) => ({
          day: 100 + n,
          codes: Uint8Array.from(certificates, ({ codes }) => codes[n] ?? 0),
          stated: shared.get(String(companies)) ?? new Map(),
        }));
        const points = atOnce(staffTrend(cube, days, filter, { scopes: ['33'], inForce }));
        expect(points).toEqual(
          statedBy.map((companies, n) => ({
            day: 100 + n,
            headcount: companies.reduce((sum, id) => sum + 10 * id, 0),
            certified: new Set(
              certificates
                .filter(
                  ({ company, kind, region, codes }) =>
                    companies.some((id) => id === company) &&
                    String(region).startsWith('33') &&
                    (filter.kinds === undefined ||
                      kind === CERTIFICATE_KINDS['special-operation']) &&
                    IN_FORCE.includes((codes[n] ?? 0) & 0x0f),
                )
                .map(({ holder }) => holder),
            ).size,
          })),
        );
      },
    ),
  );
});
