import { z } from 'zod';
import { DaySchema, IdSchema, ReadKindSchema, StatusSchema } from '../common';
import { route } from '../define';
import { CertificateItemSchema } from './search';

const Count = z.number().int().nonnegative();

/** 一企一档: a company with what its certificates in the session's scope come to. */
export const CompanyFileSchema = z.strictObject({
  id: IdSchema,
  name: z.string(),
  uscc: z.string(),
  region: z.string(),
  industry: z.number().int(),
  /** Certified staff required and headcount by year, newest first. */
  staffing: z
    .array(z.strictObject({ year: z.number().int(), headcount: Count, required: Count }))
    .max(20),
  total: Count,
  byStatus: z.partialRecord(StatusSchema, Count),
  /** Persons with a certificate of this company, and those of them with one in force. */
  holders: Count,
  certified: Count,
  /** Certificates in force whose deciding date falls within n days, inclusive. */
  within: z.strictObject({ d7: Count, d30: Count, d60: Count, d90: Count }),
  /** 续证率 of periods that ended in the last 365 days. */
  renewal: z.strictObject({ ended: Count, renewed: Count }),
  /** False while changes still arrive after a first load: no renewal is counted then, and no rate may be shown. */
  isWhole: z.boolean(),
  /** Special operations in force that have a review to come, and those whose review is late. */
  reviews: z.strictObject({ open: Count, late: Count }),
  kinds: z.array(z.strictObject({ kind: ReadKindSchema, total: Count, inForce: Count })).max(64),
});
export type CompanyFile = z.infer<typeof CompanyFileSchema>;

/** 一人一档: every certificate of a holder in the session's scope, with what he learned for each. */
export const PersonFileSchema = z.strictObject({
  id: IdSchema,
  /** Masked by policy. */
  name: z.string(),
  maskedId: z.string(),
  maskedPhone: z.string().nullable(),
  sex: z.enum(['male', 'female']),
  /** Present employer as the person's own record has it. */
  company: z.strictObject({ id: IdSchema, name: z.string() }).nullable(),
  certificates: z
    .array(
      z.strictObject({
        item: CertificateItemSchema,
        issuer: z.string(),
        firstIssue: DaySchema,
        reviewDone: DaySchema.nullable(),
        hoursRequired: z.number().int().nullable(),
        hoursDone: z.number().int(),
        exam: z
          .strictObject({
            day: DaySchema,
            theory: z.number().int(),
            practice: z.number().int().nullable(),
            isPassed: z.boolean(),
          })
          .nullable(),
      }),
    )
    .max(50),
  /** Whether there are more certificates than are listed. */
  hasMore: z.boolean(),
});
export type PersonFile = z.infer<typeof PersonFileSchema>;

const port = {
  kind: 'query',
  needs: 'unlocked',
  roles: ['inspector', 'head', 'approver'],
  window: 'main',
  transport: 'port',
} as const;
export const dossierRoutes = {
  /** null: not in the local slice, or outside the session's scope. */
  'records.company': route({
    ...port,
    audit: 'view-company',
    input: z.strictObject({ id: IdSchema }),
    output: z.strictObject({ company: CompanyFileSchema.nullable() }),
  }),
  'records.person': route({
    ...port,
    audit: 'view-person',
    input: z.strictObject({ id: IdSchema }),
    output: z.strictObject({ person: PersonFileSchema.nullable() }),
  }),
};
