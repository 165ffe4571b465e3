import { z } from 'zod';
import { AdminActSchema } from '../admin-acts';
import { SignedIntentSchema } from '../intents';
import { HashSchema } from '../manifest';

/*
 * Administrative acts over a device's line. The device's certificate opens the addresses; who the person is, a U-Key shows: the centre
 * asks with a random number, and whoever signs it with a registered administrator's key is let in on that device for some minutes.
 */
const BASE = '/v1/acts';
export const ACT_PATHS = {
  /** POST {} → ActChallengeSchema. */
  challenge: `${BASE}/challenge`,
  /** POST ActOpenSchema → ActOpenedSchema or a fault. */
  open: `${BASE}/open`,
  /** POST ActSessionSchema → ActListSchema or a fault. */
  list: `${BASE}/list`,
  /** POST ActDraftAskSchema → ActDraftedSchema or a fault. */
  draft: `${BASE}/draft`,
  /** POST ActSignSchema → ActSignedSchema or a fault. */
  sign: `${BASE}/sign`,
} as const;

/** The largest act is a file of another centre's keys. */
export const ACT_BODY_BYTES = 512 * 1024;
export const ACT_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * Why the centre did not do as asked. `session`: log in again. `admin`: no administrator's key. `expired`: its certificate. `own`: the
 * person who asked. `signature`: not of this act, part, device or key. `gone`: known, decided, over. `altered`: not what was signed
 * first. `invalid`: no act.
 */
export const ACT_FAULTS = [
  'session',
  'admin',
  'expired',
  'own',
  'signature',
  'gone',
  'altered',
  'invalid',
] as const;
export type ActFault = (typeof ACT_FAULTS)[number];

const Ms = z.number().int().nonnegative();
const Id = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
const Session = z.string().regex(/^[0-9a-f]{64}$/);
const Text = z.string().min(2).max(300_000);
const fault = z.strictObject({ fault: z.enum(ACT_FAULTS) });

export const ActChallengeSchema = z.strictObject({ challenge: HashSchema });
export const ActOpenSchema = z.strictObject({ signed: SignedIntentSchema });
export const ActOpenedSchema = z.union([
  z.strictObject({
    session: Session,
    person: z.string().max(32),
    name: z.string().max(80),
    untilMs: Ms,
  }),
  fault,
]);
export const ActSessionSchema = z.strictObject({ session: Session });

const WireActSchema = z.strictObject({
  id: Id,
  /** The canonical text that was signed. */
  text: Text,
  requestedBy: z.string().max(32),
  requestedName: z.string().max(80),
  requestedMs: Ms,
  endedBy: z.string().max(32).nullable(),
  state: z.enum(['open', 'agreed', 'done', 'failed', 'refused']),
  outcome: z.string().max(500).nullable(),
});
export type WireAct = z.infer<typeof WireActSchema>;
export const ActListSchema = z.union([
  z.strictObject({
    /** Those that wait, and the last of the others; the newest first. */
    acts: z.array(WireActSchema).max(200),
    admins: z
      .array(z.strictObject({ person: z.string().max(32), name: z.string().max(80) }))
      .max(200),
  }),
  fault,
]);
export const ActDraftAskSchema = z.strictObject({ session: Session, act: AdminActSchema });
export const ActDraftedSchema = z.union([z.strictObject({ text: Text }), fault]);
export const ActSignSchema = z.strictObject({
  session: Session,
  part: z.enum(['request', 'countersign', 'refuse']),
  text: Text,
  signed: SignedIntentSchema,
});
export const ActSignedSchema = z.union([
  z.strictObject({
    state: z.enum(['open', 'done', 'failed', 'refused']),
    outcome: z.string().max(500).nullable(),
    /** Codes and files that are told once, to who is there. */
    told: z.string().max(500_000).nullable(),
  }),
  fault,
]);
