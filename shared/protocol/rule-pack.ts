import { z } from 'zod';
import { BASE_STATUSES, CERTIFICATE_KINDS, STATUSES } from '../domain/model';
import { checkGolden, type GoldenFailure } from '../domain/policy/golden';
import { DATE_STATUSES, type RuledStatus, type RulePack } from '../domain/policy/rule-pack';
import { parseIsoDay } from '../kernel/day';
import { err, ok, type Result } from '../kernel/result';

const words = <T extends Record<string, number>>(codes: T) =>
  z.enum(Object.keys(codes) as [Extract<keyof T, string>, ...Extract<keyof T, string>[]]);

const IsoDaySchema = z.string().refine((text) => parseIsoDay(text).ok, 'not a calendar day');
const Hours = z.number().int().min(0).max(1000);
const Years = z.number().int().min(1).max(50);
const Days = z.number().int().min(0).max(1000);
const ColourSchema = z.enum(['green', 'amber', 'red', 'grey']);
const { 'under-verification': _mark, ...RULED } = STATUSES;
const StatusSchema = words(RULED satisfies Record<RuledStatus, number>);

const StagesSchema = z
  .strictObject({ warning: Days, apply: Days, expiring: Days, notice: Days })
  .refine(
    (s) => s.warning > s.apply && s.apply > s.expiring && s.expiring > s.notice,
    'stages must fall',
  );

const KindSchema = z.strictObject({
  kind: words(CERTIFICATE_KINDS),
  validityYears: Years,
  reviewEveryYears: Years.exactOptional(),
  hours: z.strictObject({
    initial: Hours.exactOptional(),
    annual: Hours.exactOptional(),
    review: Hours.exactOptional(),
    highRiskInitial: Hours.exactOptional(),
    highRiskAnnual: Hours.exactOptional(),
  }),
});

const GoldenSchema = z.strictObject({
  name: z.string().min(1).max(120),
  certificate: z.strictObject({
    validFrom: IsoDaySchema,
    validTo: IsoDaySchema,
    reviewDue: IsoDaySchema.exactOptional(),
    baseStatus: words(BASE_STATUSES),
  }),
  today: IsoDaySchema,
  expect: z.strictObject({
    status: StatusSchema,
    colour: ColourSchema,
    stage: z.enum(['warning', 'apply', 'expiring', 'notice']).nullable(),
    daysLeft: z.number().int(),
    decidingClock: z.enum(['validity', 'review', 'base']),
  }),
});

const PrecedenceSchema = z
  .array(z.array(StatusSchema).min(1).max(8))
  .max(8)
  .refine(
    (groups) => [...groups.flat()].sort().join() === [...DATE_STATUSES].sort().join(),
    'each date status once',
  )
  .refine((groups) => groups.at(-1)?.join() === 'valid', 'valid alone comes last');

/** Wire and file form of a rule pack, format 1. */
export const RulePackSchema = z.strictObject({
  format: z.literal(1),
  id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  version: z.string().regex(/^\d{4}\.\d{1,2}\.\d{1,3}$/),
  issuedDay: IsoDaySchema,
  effectiveFrom: IsoDaySchema,
  law: z.array(z.strictObject({ title: z.string().min(1).max(120), date: IsoDaySchema })).max(64),
  kinds: z
    .array(KindSchema)
    .min(1)
    .max(64)
    .refine(
      (kinds) => new Set(kinds.map(({ kind }) => kind)).size === kinds.length,
      'each kind once',
    ),
  stages: StagesSchema,
  reviewStages: StagesSchema,
  idMask: z.enum(['birth-8', 'middle-4']),
  freshnessDays: z.number().int().min(1).max(365),
  highRiskIndustries: z.array(z.number().int().min(1).max(99)).max(99),
  statusPrecedence: PrecedenceSchema,
  colours: z.record(StatusSchema, ColourSchema),
  golden: z.array(GoldenSchema).min(10).max(2000),
}) satisfies z.ZodType<RulePack>;

export type RulePackFault =
  | { readonly kind: 'malformed'; readonly issues: readonly string[] }
  | { readonly kind: 'golden'; readonly failures: readonly GoldenFailure[] };

/**
 * Reads a rule pack from parsed JSON and runs its golden set. A fault means: refuse it and keep the
 * former (RULE_PACK_REFUSED). The signature is the caller's to check, on the bytes.
 */
export function parseRulePack(value: unknown): Result<RulePack, RulePackFault> {
  const parsed = RulePackSchema.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.slice(0, 20).map((i) => `${i.path.join('.')}: ${i.message}`);
    return err({ kind: 'malformed', issues });
  }
  const failures = checkGolden(parsed.data);
  return failures.length === 0 ? ok(parsed.data) : err({ kind: 'golden', failures });
}
