import { z } from 'zod';
import { LevelSchema } from '../../protocol/emergency-level';
import {
  DaySchema,
  EmptySchema,
  LocaleSchema,
  MsSchema,
  RegionCodeSchema,
  RoleSchema,
} from '../common';
import { route } from '../define';
import { WipedSchema } from './device';
import { PageNameSchema } from './last-page';

export const SettingsSchema = z.strictObject({
  locale: LocaleSchema,
  theme: z.enum(['light', 'dark', 'contrast']),
  fontStep: z.number().int().min(0).max(3),
});
export type Settings = z.infer<typeof SettingsSchema>;

export const SessionSchema = z.strictObject({
  userId: z.string(),
  badge: z.string(),
  name: z.string(),
  role: RoleSchema,
  regions: z.array(RegionCodeSchema),
});

export const LockReasonSchema = z.enum([
  'person',
  'idle',
  'suspend',
  'lock-screen',
  'quit',
  'store-crashed',
  /** The office was offline longer than its lease. */
  'lease-ended',
  /** The role statement ended, or another one came with a synchronisation. */
  'role-changed',
  'directive',
  'damaged',
]);
export type LockReason = z.infer<typeof LockReasonSchema>;

export const DeskStateSchema = z.strictObject({
  /** first-run: no office yet; loading: enrolled, slice not there yet; recovery: a file needs a person; wiped: the office is gone from here. */
  phase: z.enum(['first-run', 'locked', 'unlocked', 'recovery', 'wiped']),
  isPractice: z.boolean(),
  runtime: z.strictObject({ electron: z.string(), isFallback: z.boolean(), version: z.string() }),
  /** Whether this installation can open a practice office (a source checkout or a shipped bundle). */
  isPracticeAvailable: z.boolean(),
  office: z
    .strictObject({
      code: z.string(),
      name: z.string(),
      region: RegionCodeSchema,
      regionName: z.string(),
    })
    .nullable(),
  users: z.array(
    z.strictObject({
      badge: z.string(),
      name: z.string(),
      role: RoleSchema,
      /** The U-Key that the slot wants: end of its serial number, and which of its keys; null where it wants none. */
      token: z.strictObject({ serialTail: z.string(), keyRef: z.string() }).nullable(),
    }),
  ),
  session: SessionSchema.nullable(),
  /** The page that this person had open when the desk locked; null while it is locked. */
  resumePage: PageNameSchema.nullable(),
  /** Why the last session ended; null before the first and while one is open. */
  lockReason: LockReasonSchema.nullable(),
  /** Where the watermark says it is: an IP address, or empty for offline + device. */
  place: z.strictObject({ ip: z.string().nullable(), device: z.string() }),
  rulePack: z.strictObject({ id: z.string(), version: z.string() }),
  /** Days after which a green status is hatched (rule pack). */
  freshnessDays: z.number().int(),
  /** Practice office only: what to type, shown plainly. */
  practiceHint: z
    .strictObject({ badge: z.string(), password: z.string(), pin: z.string() })
    .nullable(),
  emergency: z.strictObject({
    /** The emergency reader stands in for the encrypted store. */
    isActive: z.boolean(),
    /** From which entry on a log of an emergency does not hold; null: none was imported that does not. */
    logFaultAt: z.number().int().nullable(),
    /** The emergency level of the office (shared/domain/emergency); 0: none. `isOrdered`: the centre alone lifts it. */
    level: z.strictObject({
      level: LevelSchema,
      reason: z.string(),
      sinceMs: MsSchema.nullable(),
      isOrdered: z.boolean(),
    }),
  }),
  /** The directive that locked the desk, until somebody unlocks it. */
  lockedBy: z.strictObject({ reason: z.string(), atMs: MsSchema }).nullable(),
  /** Changes whenever other certificates are marked as 核查中; says nothing else. */
  marks: z.string().max(80),
  /** Differs whenever what is marked among granted rows of other regions does. */
  grantedMarks: z.number().int(),
  /** Today in Shanghai by the time that is trusted: the day that statuses are for, days since 1970-01-01. */
  day: DaySchema,
  /** How far this computer's clock is ahead of the server's time (below 0: behind); 0 when it is off by little. */
  clockWrongByMs: z.number().int(),
  wiped: WipedSchema.nullable(),
  /** The program's own files are not as they were packaged: nothing is opened. */
  programFault: z
    .strictObject({
      kind: z.enum(['unsigned', 'altered', 'missing', 'foreign', 'unreadable']),
      file: z.string(),
    })
    .nullable(),
  /** `isOpen`: the password was given, so that the files can be looked into. */
  recovery: z.strictObject({ code: z.string(), file: z.string(), isOpen: z.boolean() }).nullable(),
  idleLockMs: MsSchema,
  settings: SettingsSchema,
});
export type DeskState = z.infer<typeof DeskStateSchema>;

const common = { window: 'main', transport: 'ipc', audit: null, roles: 'any' } as const;
export const appRoutes = {
  'app.state': route({
    ...common,
    kind: 'query',
    needs: 'none',
    input: EmptySchema,
    output: DeskStateSchema,
  }),
  'settings.set': route({
    ...common,
    kind: 'command',
    needs: 'none',
    input: SettingsSchema.partial(),
    output: SettingsSchema,
  }),
  'window.minimize': route({
    ...common,
    kind: 'command',
    needs: 'none',
    input: EmptySchema,
    output: EmptySchema,
  }),
  'window.maximize': route({
    ...common,
    kind: 'command',
    needs: 'none',
    input: EmptySchema,
    output: EmptySchema,
  }),
  'window.close': route({
    ...common,
    kind: 'command',
    needs: 'none',
    input: EmptySchema,
    output: EmptySchema,
  }),
  /** A page tells that something unexpected happened in it; bounded, logged, never shown again. */
  'app.report-fault': route({
    ...common,
    kind: 'command',
    needs: 'none',
    input: z.strictObject({ message: z.string().max(500), where: z.string().max(200) }),
    output: z.strictObject({ ref: z.string() }),
  }),
};
