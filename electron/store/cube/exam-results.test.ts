import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CERTIFICATE_KINDS, type CertificateKind } from '../../../shared/domain/model';
import { ExamResults } from './exam-results';

const KINDS = Object.keys(CERTIFICATE_KINDS) as CertificateKind[];
const exam = fc.record({
  body: fc.constantFrom(1, 2, 90_000_000),
  // 15 and 200 are kinds that nobody knows.
  kind: fc.constantFrom(...Object.values(CERTIFICATE_KINDS), 15, 200),
  isPassed: fc.boolean(),
});

describe('exams of a training body', () => {
  // Would catch: a list with exams of another body, kind or outcome than its figure, one left out or told twice, or one of
  // an unknown kind that a page cannot name.
  it('list as many as the figures say, and the same that a plain filter finds', () => {
    fc.assert(
      fc.property(
        fc.array(exam, { maxLength: 200 }),
        fc.option(fc.subarray(KINDS, { minLength: 1 }), { nil: undefined }),
        (exams, kinds) => {
          const results = new ExamResults();
          exams.forEach(({ body, kind, isPassed }, i) => {
            results.add(i + 1, body, kind, isPassed);
          });
          const codes = (kinds ?? KINDS).map((word) => CERTIFICATE_KINDS[word] as number);
          const figures = results.under(kinds);
          for (const body of [1, 2, 90_000_000, 5]) {
            const own = exams.flatMap((one, i) =>
              one.body === body && codes.includes(one.kind) ? [{ ...one, id: i + 1 }] : [],
            );
            const passed = own.filter(({ isPassed }) => isPassed);
            const failed = own.filter(({ isPassed }) => !isPassed);
            for (const [outcome, wanted] of [
              ['all', own],
              ['passed', passed],
              ['failed', failed],
            ] as const)
              expect(results.list({ body, kinds, outcome })).toEqual(
                wanted.map(({ id }) => id).reverse(),
              );
            const figure = figures.find((one) => one.body === body);
            expect(figure?.exams ?? 0).toBe(own.length);
            expect(figure?.passed ?? 0).toBe(passed.length);
          }
        },
      ),
    );
  });
});
