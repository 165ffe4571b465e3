import { z } from 'zod';
import { DaySchema, EmptySchema, MsSchema } from '../common';
import { route } from '../define';

const Count = z.number().int().nonnegative();

/** Days before something is due at which people are reminded. */
export const REMINDER_STAGES = [7, 30, 60, 90] as const;

/** What was due when a month's list was made; cumulative, in the person's regions. */
export const ReminderCountsSchema = z.strictObject({
  d7: Count,
  d30: Count,
  d60: Count,
  d90: Count,
});
export type ReminderCounts = z.infer<typeof ReminderCountsSchema>;

/** The list of one month: its days are fixed when it is made, who is on it follows from them. */
export const ReminderListSchema = z.strictObject({
  /** 2026-12 */
  month: z.string().regex(/^\d{4}-\d{2}$/),
  madeMs: MsSchema,
  /** Day on which it was made; its stages are counted from here. */
  day: DaySchema,
  counts: ReminderCountsSchema,
  /** Months before it without a list, because the desk was not opened in them. */
  missed: Count,
});
export type ReminderList = z.infer<typeof ReminderListSchema>;

export const reminderRoutes = {
  /** Lists of the last months, newest first, and what is due today. */
  'reminders.list': route({
    kind: 'query',
    needs: 'unlocked',
    roles: ['inspector', 'head', 'approver'],
    window: 'main',
    transport: 'ipc',
    audit: null,
    input: EmptySchema,
    output: z.strictObject({
      lists: z.array(ReminderListSchema).max(24),
      day: DaySchema,
      now: ReminderCountsSchema,
    }),
  }),
};
