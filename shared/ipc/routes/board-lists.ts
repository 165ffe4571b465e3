import { z } from 'zod';
import { DaySchema, FilterSchema, IdSchema, ReadKindSchema } from '../common';
import { route } from '../define';
import { StaffSchema } from './boards';

const Count = z.number().int().nonnegative();
const page = {
  offset: z.number().int().min(0).max(10_000_000),
  limit: z.number().int().min(1).max(200),
};

const StaffListSchema = z.strictObject({
  /** The figure itself; null under a filter by status or day. */
  staff: StaffSchema.nullable(),
  /** The companies' persons add up to so many more: those who are certified at more than one. */
  repeated: Count,
  /** Those that miss most of the required first. */
  items: z
    .array(
      z.strictObject({
        company: IdSchema,
        name: z.string(),
        region: z.string(),
        headcount: Count,
        required: Count,
        certified: Count,
      }),
    )
    .max(200),
});
const ExamListSchema = z.strictObject({
  total: Count,
  items: z
    .array(
      z.strictObject({
        id: IdSchema,
        person: IdSchema,
        /** Holds a certificate in scope, and so has a page. */
        hasFile: z.boolean(),
        /** Masked by policy. */
        name: z.string(),
        maskedId: z.string(),
        kind: ReadKindSchema,
        category: z.number().int().nullable(),
        day: DaySchema,
        theory: z.number().int(),
        practice: z.number().int().nullable(),
        isPassed: z.boolean(),
        attempt: z.number().int(),
      }),
    )
    .max(200),
});
export type StaffList = z.infer<typeof StaffListSchema>;
export type ExamList = z.infer<typeof ExamListSchema>;

/** Lists behind figures that count something else than certificates. */
export const boardListRoutes = {
  /** The companies behind the certified-staff rate. */
  'boards.staff-list': route({
    kind: 'query',
    needs: 'unlocked',
    roles: ['inspector', 'head', 'approver'],
    window: 'main',
    transport: 'port',
    audit: null,
    input: z.strictObject({ filter: FilterSchema, day: DaySchema.optional(), ...page }),
    output: StaffListSchema,
  }),
  /** The exams behind a training body's figures. A look-up of persons: logged as one. */
  'boards.exam-list': route({
    kind: 'query',
    needs: 'unlocked',
    roles: ['inspector', 'head', 'approver'],
    window: 'main',
    transport: 'port',
    audit: 'query',
    input: z.strictObject({
      body: IdSchema,
      kinds: z.array(ReadKindSchema).min(1).max(16).optional(),
      outcome: z.enum(['all', 'passed', 'failed']),
      ...page,
    }),
    output: ExamListSchema,
  }),
};
