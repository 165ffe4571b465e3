import { z } from 'zod';
import { MOST_PEOPLE } from '../../domain/site/visit';
import {
  bytesSchema,
  DaySchema,
  EmptySchema,
  IdSchema,
  MsSchema,
  SavedFilesSchema,
} from '../common';
import { route } from '../define';
import { MAX_CAMERA_FRAME, MAX_SCAN_TEXT, ScanCheckSchema } from './scan';

const Ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
const Count = z.number().int().nonnegative();

export const SitePersonSchema = z.strictObject({
  n: Count,
  atMs: MsSchema,
  name: z.string().nullable(),
  number: z.string().nullable(),
  company: z.string().nullable(),
  verdict: z.string().max(40),
  certificates: z.array(IdSchema).max(10),
  dueDay: DaySchema.nullable(),
  doneDay: DaySchema.nullable(),
});
export type SitePersonView = z.infer<typeof SitePersonSchema>;

export const SiteVisitSchema = z.strictObject({
  id: Ulid,
  place: z.string(),
  startedMs: MsSchema,
  closedMs: MsSchema.nullable(),
  people: z.array(SitePersonSchema).max(MOST_PEOPLE),
  last: Count,
});
export type SiteVisitView = z.infer<typeof SiteVisitSchema>;

const RectificationSchema = z.strictObject({
  visit: Ulid,
  place: z.string(),
  person: SitePersonSchema,
});

const common = {
  window: 'main',
  transport: 'ipc',
  needs: 'unlocked',
  roles: ['inspector', 'head', 'approver'],
} as const;
const Visit = z.strictObject({ visit: SiteVisitSchema });

export const siteRoutes = {
  /** The open visit of this person; null: none. */
  'site.current': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({ visit: SiteVisitSchema.nullable() }),
  }),
  'site.begin': route({
    ...common,
    kind: 'command',
    audit: 'site-visit',
    input: z.strictObject({ place: z.string().trim().min(1).max(200) }),
    output: Visit,
  }),
  /** Checks one person and puts him on the roster; the check's own entry is in the log before the answer. */
  'site.check': route({
    ...common,
    kind: 'command',
    audit: null,
    input: z.strictObject({
      text: z.string().max(MAX_SCAN_TEXT),
      by: z.enum(['typed', 'scanner', 'pasted']),
    }),
    output: z.strictObject({ check: ScanCheckSchema, visit: SiteVisitSchema }),
  }),
  /** Checks who came newly before the open camera, as `site.check` does. Null: nobody. */
  'site.frame': route({
    ...common,
    kind: 'command',
    audit: null,
    input: z.strictObject({ bytes: bytesSchema(1, MAX_CAMERA_FRAME) }),
    output: z.strictObject({
      last: z.strictObject({ check: ScanCheckSchema, visit: SiteVisitSchema }).nullable(),
      isHeld: z.boolean(),
    }),
  }),
  /** Somebody who shows no certificate. */
  'site.missing': route({
    ...common,
    kind: 'command',
    audit: 'site-visit',
    input: z.strictObject({ name: z.string().trim().min(1).max(80) }),
    output: Visit,
  }),
  /**
   * Takes a person off the roster again, by the number that is on the screen: who came since, whose check was under way,
   * stays.
   */
  'site.undo': route({
    ...common,
    kind: 'command',
    audit: 'site-visit',
    input: z.strictObject({ n: Count }),
    output: Visit,
  }),
  /** Sets or takes away until when something is to be put right. */
  'site.set-due': route({
    ...common,
    kind: 'command',
    audit: 'site-visit',
    input: z.strictObject({ n: Count, dueDay: DaySchema.nullable() }),
    output: Visit,
  }),
  /** Ends the visit and reports its record to the centre. */
  'site.close': route({
    ...common,
    kind: 'command',
    audit: 'site-visit',
    input: EmptySchema,
    output: Visit,
  }),
  /**
   * Writes the record as a document, a workbook and data, signed by the person's U-Key in the signing window, by the
   * device where no usable key is at hand. Null: the dialog was closed.
   */
  'site.save': route({
    ...common,
    kind: 'command',
    audit: 'site-saved',
    input: z.strictObject({ visit: Ulid }),
    output: z.strictObject({ saved: SavedFilesSchema.nullable() }),
  }),
  /** What is to be put right, the most overdue first, and how well it goes. */
  'site.rectifications': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      today: DaySchema,
      total: Count,
      done: Count,
      overdue: Count,
      onTimePercent: Count.nullable(),
      items: z.array(RectificationSchema).max(2_000),
      visits: z
        .array(
          z.strictObject({
            id: Ulid,
            place: z.string(),
            startedMs: MsSchema,
            closedMs: MsSchema.nullable(),
            people: Count,
          }),
        )
        .max(200),
    }),
  }),
  /** It was put right today. */
  'site.settle': route({
    ...common,
    kind: 'command',
    audit: 'site-visit',
    input: z.strictObject({ visit: Ulid, n: Count }),
    output: EmptySchema,
  }),
};
