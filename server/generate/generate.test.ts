import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUscc } from '../../shared/domain/company/uscc';
import { parseIdNumber } from '../../shared/domain/identity/id-number';
import {
  BASE_STATUSES,
  CERTIFICATE_KINDS,
  ENTITY_ORDER,
  type Entity,
  EVENT_TYPES,
  NUMBER_FORMS,
} from '../../shared/domain/model';
import type { NewRow } from '../ingest/append';
import { findingsOf } from '../ingest/validate';
import { type GenerateOptions, generateRegion, referencePackOf } from './generate';
import { regions } from './world';

const TODAY = 20_777;
type All = Record<Entity, NewRow[]>;

function generate(options: Partial<GenerateOptions> = {}): {
  rows: All;
  files: Map<string, Uint8Array>;
} {
  const ids = new Map<Entity, number>();
  const next = (entity: Entity): number => {
    const id = (ids.get(entity) ?? 4095) + 1;
    ids.set(entity, id);
    return id;
  };
  const rows = Object.fromEntries(ENTITY_ORDER.map((entity) => [entity, []])) as unknown as All;
  const files = new Map<string, Uint8Array>();
  for (const batch of generateRegion(
    { region: '3306', certificates: 3_000, seed: 'a', today: TODAY, ...options },
    next,
  )) {
    for (const entity of ENTITY_ORDER) rows[entity].push(...(batch.rows[entity] ?? []));
    for (const { sha256, bytes } of batch.files) files.set(sha256, bytes);
  }
  return { rows, files };
}
const fingerprint = (of: unknown): string =>
  createHash('sha256').update(JSON.stringify(of)).digest('hex');
const made = generate();
const value = (row: NewRow, name: string): number => row.values[name] as number;

describe('generated data', () => {
  // Would catch: a clock, a map order or a library's random numbers in the generator: two machines would disagree.
  it('are the same for the same seed and day, others for another seed', () => {
    expect(fingerprint(generate().rows)).toBe(fingerprint(made.rows));
    expect(fingerprint(generate({ seed: 'b', certificates: 100 }).rows)).not.toBe(
      fingerprint(generate({ certificates: 100 }).rows),
    );
  });

  // Would catch: rows that the server itself would refuse, in any prefecture of the country.
  it('are valid in every prefecture', () => {
    const prefectures = regions()
      .children()
      .flatMap(({ code }) => regions().children(code))
      .map(({ code }) => code)
      .filter((code) => code.length === 4 && regions().counties(code).length > 0);
    expect(prefectures.length).toBeGreaterThan(300);
    fc.assert(
      fc.property(fc.constantFrom(...prefectures), fc.string({ maxLength: 5 }), (region, seed) => {
        const { rows } = generate({ region, seed, certificates: 60 });
        expect(rows.certificate).toHaveLength(60);
        for (const entity of ENTITY_ORDER)
          for (const { values, secret = {} } of rows[entity])
            expect(findingsOf(entity, values, secret)).toEqual([]);
        const { issuers, bodies } = referencePackOf(region, seed);
        const known = new Set([...issuers, ...bodies].map(({ id }) => id));
        for (const row of rows.certificate)
          expect([known.has(value(row, 'issuer')), known.has(value(row, 'body'))]).toEqual([
            true,
            true,
          ]);
      }),
      { numRuns: 40 },
    );
  });

  // Would catch: duplicate people or companies, references to nowhere, pictures without content.
  it('hang together', () => {
    const idNumbers = made.rows.person.map(({ secret }) => String(secret?.idNumber));
    expect(new Set(idNumbers).size).toBe(idNumbers.length);
    for (const [i, number] of idNumbers.entries()) {
      const parsed = parseIdNumber(number);
      expect(parsed.ok && parsed.value.sex).toBe(made.rows.person[i]?.values.sex);
    }
    const codes = made.rows.company.map(({ values }) => String(values.uscc));
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes)
      expect(parseUscc(code)).toMatchObject({
        ok: true,
        value: { isChecksumOk: true, isOrganisationCodeOk: true },
      });
    const ids = Object.fromEntries(
      ENTITY_ORDER.map((entity) => [entity, new Set(made.rows[entity].map(({ id }) => id))]),
    ) as Record<Entity, Set<number>>;
    for (const row of made.rows.certificate)
      expect([
        ids.person.has(value(row, 'holder')),
        row.values.company === undefined || ids.company.has(value(row, 'company')),
      ]).toEqual([true, true]);
    for (const row of made.rows.event)
      expect(ids.certificate.has(value(row, 'certificate'))).toBe(true);
    for (const row of [...made.rows.training, ...made.rows.exam])
      expect(ids.person.has(value(row, 'person'))).toBe(true);
    for (const row of made.rows.person)
      if (row.values.photo !== undefined)
        expect(ids.attachment.has(value(row, 'photo'))).toBe(true);
    for (const { values } of made.rows.attachment)
      expect(made.files.get(String(values.sha256))?.length).toBe(values.bytes);
  });

  // Would catch: a life that cannot be: dates in the future, periods the wrong way round, events out of order or against the row.
  it('tell possible lives', () => {
    const byCertificate = new Map<number, NewRow[]>();
    for (const row of made.rows.event)
      byCertificate.set(value(row, 'certificate'), [
        ...(byCertificate.get(value(row, 'certificate')) ?? []),
        row,
      ]);
    for (const row of made.rows.certificate) {
      const { firstIssue, validFrom, validTo, reviewDue, baseStatus, numberForm, number } =
        row.values as Record<string, number>;
      expect(
        (firstIssue as number) <= (validFrom as number) &&
          (validFrom as number) < (validTo as number) &&
          (firstIssue as number) < TODAY,
      ).toBe(true);
      if (reviewDue !== undefined)
        expect(reviewDue > (validFrom as number) && reviewDue < (validTo as number)).toBe(true);
      expect((number !== undefined) === (numberForm === NUMBER_FORMS.own)).toBe(true);
      expect((row.secret?.number !== undefined) === (numberForm === NUMBER_FORMS.sealed)).toBe(
        true,
      );
      const events = byCertificate.get(row.id) ?? [];
      events.forEach((event, i) => {
        expect(value(event, 'day')).toBeLessThanOrEqual(TODAY);
        if (i > 0) expect(value(event, 'seq')).toBe(value(events[i - 1] as NewRow, 'seq') + 1);
      });
      const last = events.filter(({ values }) => values.validTo !== undefined).at(-1);
      if (last !== undefined) expect(last.values.validTo).toBe(validTo);
      if (baseStatus !== BASE_STATUSES.valid) expect(events.length).toBeGreaterThan(0);
    }
    for (const row of [...made.rows.training, ...made.rows.exam])
      expect(value(row, 'day')).toBeLessThanOrEqual(TODAY);
  });

  // Would catch: data that no board or forecast could be judged on: no failures, no revocations, nobody late.
  it('have the spread of real data', () => {
    const share = (entity: Entity, is: (row: NewRow) => boolean): number =>
      made.rows[entity].filter(is).length / made.rows[entity].length;
    const within = (of: number, low: number, high: number): void =>
      expect(of >= low && of <= high, `${of} from ${low} to ${high}`).toBe(true);
    within(made.rows.certificate.length / made.rows.person.length, 1.4, 1.8);
    within(made.rows.event.length / made.rows.certificate.length, 1.4, 4);
    within(
      share('certificate', ({ values }) => values.baseStatus !== BASE_STATUSES.valid),
      0.003,
      0.02,
    );
    within(
      share('certificate', (row) => value(row, 'validTo') < TODAY),
      0.08,
      0.45,
    );
    within(
      share('exam', ({ values }) => values.passed === 0),
      0.1,
      0.4,
    );
    within(
      share('event', ({ values }) => values.type === EVENT_TYPES.renewed),
      0.15,
      0.5,
    );
    const kinds = new Set(made.rows.certificate.map((row) => value(row, 'kind')));
    expect(kinds.size).toBe(Object.keys(CERTIFICATE_KINDS).length);
    const xinjiang = generate({ region: '6531', certificates: 800 }).rows.person;
    within(
      xinjiang.filter(({ values }) => String(values.name).includes('·')).length / xinjiang.length,
      0.3,
      0.5,
    );
    const names = generate({ certificates: 12_000 }).rows.person.map(({ values }) =>
      String(values.name),
    );
    expect(names.some((name) => /^(欧阳|司马|诸葛|尉迟)/.test(name))).toBe(true);
    expect(names.some((name) => /[\u{20000}-\u{2ffff}]/u.test(name))).toBe(true);
  });
});
