import { z } from 'zod';
import {
  DaySchema,
  EmptySchema,
  IdSchema,
  KindSchema,
  MsSchema,
  UnknownCodeSchema,
} from '../common';
import { route } from '../define';
import { CertificateItemSchema } from './search';

export const CertificateRecordSchema = z.strictObject({
  item: CertificateItemSchema,
  sex: z.enum(['male', 'female']),
  maskedPhone: z.string().nullable(),
  uscc: z.string().nullable(),
  issuer: z.string(),
  body: z.string().nullable(),
  firstIssue: DaySchema,
  reviewDone: DaySchema.nullable(),
  statusReason: z.string().nullable(),
  statusDay: DaySchema.nullable(),
  source: z.enum(['provincial-system', 'training-body', 'national-platform']),
  rev: z.number().int(),
  /** By an order of the centre under verification (核查中), whatever its dates say. */
  mark: z.strictObject({ reason: z.string(), sinceMs: MsSchema }).nullable(),
  events: z
    .array(
      z.strictObject({
        seq: z.number().int(),
        type: z
          .enum([
            'issued',
            'renewed',
            'reviewed',
            'suspended',
            'resumed',
            'revoked',
            'withdrawn',
            'cancelled',
            'corrected',
            'moved',
          ])
          .or(UnknownCodeSchema),
        day: DaySchema,
        by: z.string(),
        document: z.string().nullable(),
        validTo: DaySchema.nullable(),
        /** First 12 hex digits of the chain hash at this event (一证一链). */
        hash: z.string(),
      }),
    )
    .max(500),
  /** Whether events are all there and in sequence. `incomplete`: late data not loaded yet. */
  chain: z.enum(['verified', 'incomplete', 'broken']),
  training: z
    .array(
      z.strictObject({
        course: z.enum(['initial', 'annual', 'review']),
        hours: z.number().int(),
        day: DaySchema,
        body: z.string(),
      }),
    )
    .max(200),
  /** Hours in the current period against what the rule pack asks; null where it asks none. */
  hoursRequired: z.number().int().nullable(),
  hoursDone: z.number().int(),
  exams: z
    .array(
      z.strictObject({
        day: DaySchema,
        theory: z.number().int(),
        practice: z.number().int().nullable(),
        isPassed: z.boolean(),
        attempt: z.number().int(),
        body: z.string(),
      }),
    )
    .max(200),
  others: z.array(CertificateItemSchema).max(50),
});
export type CertificateRecord = z.infer<typeof CertificateRecordSchema>;

const readers = ['inspector', 'head', 'approver'] as const;
export const recordRoutes = {
  'records.certificate': route({
    kind: 'query',
    needs: 'unlocked',
    roles: readers,
    window: 'main',
    transport: 'port',
    audit: 'view',
    input: z.strictObject({ id: IdSchema }),
    /** null: not in the local slice (which never means fake), or where it moved to. */
    output: z.strictObject({
      record: CertificateRecordSchema.nullable(),
      movedTo: z.string().nullable(),
    }),
  }),
  /** The one way to a plain value: reason asked, logged before anything is decrypted. Shown for `showMs`. */
  'records.reveal': route({
    kind: 'command',
    needs: 'unlocked',
    roles: readers,
    window: 'main',
    transport: 'ipc',
    audit: 'reveal',
    input: z.strictObject({
      certificateId: IdSchema,
      reason: z.enum(['on-site-check', 'report-check', 'other']),
      note: z.string().max(200),
    }),
    output: z.strictObject({
      name: z.string(),
      idNumber: z.string(),
      number: z.string(),
      phone: z.string().nullable(),
      showMs: MsSchema,
    }),
  }),
  /** Names of issuers, bodies, regions, industries and categories that the slice refers to. */
  'records.tables': route({
    kind: 'query',
    needs: 'unlocked',
    roles: 'any',
    window: 'main',
    transport: 'ipc',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      regions: z.record(z.string(), z.string()),
      industries: z.record(z.string(), z.string()),
      highRiskIndustries: z.array(z.number().int()),
      /** class × 100 + item → [class name, item name] */
      categories: z.record(z.string(), z.tuple([z.string(), z.string()])),
      kinds: z.array(KindSchema),
    }),
  }),
};
