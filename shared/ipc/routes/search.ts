import { z } from 'zod';
import { DaySchema, FilterSchema, IdSchema, ReadKindSchema, StatusSchema } from '../common';
import { route } from '../define';

/** How the typed text was understood; said to the person. */
export const UnderstoodSchema = z.enum([
  'certificate-number',
  'id-number',
  'id-fragment',
  'name',
  'pinyin',
  'company',
  'uscc',
  'phone-tail',
  'everything',
]);

export const ValiditySchema = z.strictObject({
  status: StatusSchema,
  colour: z.enum(['green', 'amber', 'red', 'grey']),
  stage: z.enum(['warning', 'apply', 'expiring', 'notice']).nullable(),
  /** Days to the deciding date; negative when past. */
  daysLeft: z.number().int(),
  deciding: z.enum(['validity', 'review', 'base']),
  /** Which clock runs out within its yellow days, whichever decides. */
  soon: z.strictObject({ validity: z.boolean(), review: z.boolean() }),
  validFrom: DaySchema,
  validTo: DaySchema,
  reviewDue: DaySchema.nullable(),
});

/** One certificate in a list: masked, in scope, worded by the page. */
export const CertificateItemSchema = z.strictObject({
  id: IdSchema,
  personId: IdSchema,
  /** Masked by policy: 张*三. */
  name: z.string(),
  maskedId: z.string(),
  number: z.string(),
  kind: ReadKindSchema,
  category: z.number().int().nullable(),
  companyId: IdSchema.nullable(),
  company: z.string().nullable(),
  region: z.string(),
  industry: z.number().int(),
  validity: ValiditySchema,
});
export type CertificateItem = z.infer<typeof CertificateItemSchema>;

export const SuggestionSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('person'),
    personId: IdSchema,
    certificateId: IdSchema,
    name: z.string(),
    maskedId: z.string(),
    kind: ReadKindSchema,
    category: z.number().int().nullable(),
    region: z.string(),
    status: StatusSchema,
    /** Code point positions [from, to) in `name` that matched. */
    marks: z.array(z.tuple([z.number().int(), z.number().int()])),
  }),
  z.strictObject({
    type: z.literal('company'),
    companyId: IdSchema,
    name: z.string(),
    region: z.string(),
    certificates: z.number().int(),
    marks: z.array(z.tuple([z.number().int(), z.number().int()])),
  }),
]);
export type Suggestion = z.infer<typeof SuggestionSchema>;

const port = {
  window: 'main',
  transport: 'port',
  kind: 'query',
  needs: 'unlocked',
  roles: ['inspector', 'head', 'approver'],
} as const;
export const searchRoutes = {
  /** Masked autocomplete; never on masked digits (that would be an oracle), so IDs get no suggestion. */
  'search.suggest': route({
    ...port,
    audit: null,
    input: z.strictObject({ text: z.string().max(64) }),
    output: z.strictObject({
      items: z.array(SuggestionSchema).max(10),
      total: z.number().int(),
      isTotalExact: z.boolean(),
      tookMs: z.number(),
    }),
  }),
  /** A committed query: logged in the journal with what was asked (digits as a tag) and how many came. */
  'search.query': route({
    ...port,
    audit: 'query',
    input: z.strictObject({
      text: z.string().max(64),
      filter: FilterSchema,
      /** Looks for this alone of what the text can mean; absent: the first that finds something. */
      meaning: UnderstoodSchema.optional(),
      /** A day before today, without a text: the list as it was then, as far as events tell. Absent: today. */
      day: DaySchema.optional(),
      /** Tab of the table: statuses shown; counts are for all tabs. */
      offset: z.number().int().min(0).max(1_000_000),
      limit: z.number().int().min(1).max(200),
    }),
    output: z.strictObject({
      understood: UnderstoodSchema,
      items: z.array(CertificateItemSchema).max(200),
      total: z.number().int(),
      isTotalExact: z.boolean(),
      /** Count per status over all matches, before the status filter. */
      byStatus: z.partialRecord(StatusSchema, z.number().int()),
      /** Whether a match came only after allowing a typo. */
      isFuzzy: z.boolean(),
      /** With the first page: what else the text can mean that finds something in scope and filter. */
      others: z
        .array(
          z.strictObject({
            meaning: UnderstoodSchema,
            total: z.number().int(),
            isTotalExact: z.boolean(),
          }),
        )
        .max(4),
      /** Of a past day: dates and statuses are of that day, everything else of now; certificates whose state then nobody can tell are left out. */
      past: z.strictObject({ day: DaySchema, unknown: z.number().int().nonnegative() }).nullable(),
      tookMs: z.number(),
    }),
  }),
};
