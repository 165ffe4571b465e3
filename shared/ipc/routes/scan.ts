import { z } from 'zod';
import { BATCH_VERDICTS, type BatchVerdict } from '../../domain/batch/verdicts';
import {
  bytesSchema,
  DaySchema,
  EmptySchema,
  IdSchema,
  MsSchema,
  ReadKindSchema,
  StatusSchema,
} from '../common';
import { route } from '../define';

const [first, ...others] = BATCH_VERDICTS as [BatchVerdict, ...BatchVerdict[]];

/** Verdicts of a scan beside those of a list. */
export const SCAN_VERDICTS = [
  'too-long',
  'empty',
  /** Signed by an authority that counts, and not among those no longer in force as of the filter's day. */
  'genuine',
  /** Signed so, and past its last day. */
  'genuine-expired',
  /** Signed so; whether it is in force only the centre can say. */
  'must-ask',
  'code-altered',
  'code-unknown-issuer',
  'code-unreadable',
  /** This device has no keys of authorities yet. */
  'code-no-keys',
  /** The verification code of a document that left an office: it says nothing of a certificate. */
  'document-code',
] as const;

/** What a scanned text came to. Nothing in it is plain that a list would mask, and "not here" never means fake. */
export const ScanCheckSchema = z.strictObject({
  /** `address`: an address, which was not opened. `code`: a compact signed code. */
  form: z.enum(['text', 'address', 'code']),
  host: z.string().max(253).nullable(),
  isOddHost: z.boolean(),
  /** Something invisible was in it, and was left out. */
  hasHidden: z.boolean(),
  verdict: z.enum([first, ...others, ...SCAN_VERDICTS]),
  /** Why a number cannot be one, what kind of mismatch it is, or why the centre must be asked. */
  reason: z.string().max(40).nullable(),
  /** What the code or paper says, masked. */
  says: z.strictObject({
    name: z.string().max(200).nullable(),
    number: z.string().max(80).nullable(),
    validTo: DaySchema.nullable(),
  }),
  /** Masked name and employer of the one person found; null where none or several were. */
  holder: z.string().nullable(),
  company: z.string().nullable(),
  /** The certificates that fit, as the slice has them. */
  certificates: z
    .array(
      z.strictObject({
        id: IdSchema,
        kind: ReadKindSchema.nullable(),
        number: z.string(),
        status: StatusSchema,
        validTo: DaySchema,
      }),
    )
    .max(10),
  /** Of a code whose signature is right. */
  code: z
    .strictObject({
      issuer: z.string().max(80),
      kind: ReadKindSchema.nullable(),
      validFrom: DaySchema,
      validTo: DaySchema,
      reviewDue: DaySchema.nullable(),
      hasPhoto: z.boolean(),
      /** The statuses are as of this day. */
      asOfDay: DaySchema,
      /** That is longer ago than the policy's days. */
      isOld: z.boolean(),
    })
    .nullable(),
  /** Handle by which the centre can be asked; null where there is nothing to ask. */
  ask: z.uuid().nullable(),
});
export type ScanCheck = z.infer<typeof ScanCheckSchema>;

/** Longest text that a page may hand in; what no code can hold is answered as `too-long`. */
export const MAX_SCAN_TEXT = 100_000;
/** Largest picture. */
export const MAX_SCAN_PICTURE = 20_000_000;

/** Answers of the centre that are no status. */
const NO_STATUS = [
  'none',
  'name-differs',
  'number-differs',
  'date-differs',
  'several',
  'ask-again',
] as const;

export const AskedSchema = z.strictObject({
  key: z.string().max(40),
  atMs: MsSchema,
  /** Masked. */
  name: z.string().nullable(),
  number: z.string().nullable(),
  state: z.enum(['waiting', 'answered', 'refused']),
  /** When the centre answered; null while it has not. */
  answeredMs: MsSchema.nullable(),
  /**
   * Of an answer: a status, or why there is none. `ask-again`: a status was given, longer ago than the rules allow.
   * `date-differs`: the certificate ends on another day (`validTo`) than what was scanned says.
   */
  answer: z.enum([...NO_STATUS, ...StatusSchema.options]).nullable(),
  validTo: DaySchema.nullable(),
});
export type Asked = z.infer<typeof AskedSchema>;

const common = {
  window: 'main',
  transport: 'ipc',
  needs: 'unlocked',
  roles: ['inspector', 'head', 'approver'],
  // The service writes an entry that says what came of it, before anything is answered.
  audit: null,
} as const;

/** A picture of the camera, as JPEG; its longer side is 1,280 pixels at most. */
export const MAX_CAMERA_FRAME = 2_000_000;

export const scanRoutes = {
  /** Reads and judges what was pasted, typed or scanned. Opens nothing. */
  'scan.check': route({
    ...common,
    kind: 'command',
    input: z.strictObject({
      text: z.string().max(MAX_SCAN_TEXT),
      by: z.enum(['typed', 'scanner', 'pasted']),
    }),
    output: z.strictObject({ check: ScanCheckSchema }),
  }),
  /** Reads the codes of a picture: dropped or pasted bytes, else a file that the person chooses. Null: cancelled. */
  'scan.picture': route({
    ...common,
    kind: 'command',
    input: z.strictObject({ bytes: bytesSchema(1, MAX_SCAN_PICTURE).optional() }),
    output: z.strictObject({ checks: z.array(ScanCheckSchema).max(4).nullable() }),
  }),
  /** A person opens the camera: for a moment the page may ask for its pictures, without sound. They are read by `scan.frame`. */
  'scan.camera': route({
    ...common,
    kind: 'command',
    audit: 'camera',
    input: EmptySchema,
    output: EmptySchema,
  }),
  /** Reads one picture of the open camera. `isHeld`: a code that was read already is before it still. */
  'scan.frame': route({
    ...common,
    kind: 'command',
    input: z.strictObject({ bytes: bytesSchema(1, MAX_CAMERA_FRAME) }),
    output: z.strictObject({ checks: z.array(ScanCheckSchema).max(4), isHeld: z.boolean() }),
  }),
  /** Asks the centre, over the outbox. SCAN_ASK_GONE after a lock or many other checks. */
  'scan.ask': route({
    ...common,
    kind: 'command',
    input: z.strictObject({ ask: z.uuid() }),
    output: EmptySchema,
  }),
  /** What this person asked, newest first, with the answers that came. */
  'scan.asked': route({
    ...common,
    kind: 'query',
    input: EmptySchema,
    output: z.strictObject({ asked: z.array(AskedSchema).max(50) }),
  }),
  /** The keys of authorities and the status filter that this device holds; null: none yet. */
  'scan.national': route({
    ...common,
    kind: 'query',
    input: EmptySchema,
    output: z.strictObject({
      held: z
        .strictObject({
          day: DaySchema,
          isOld: z.boolean(),
          certificates: z.number().int(),
          listed: z.number().int(),
          bytes: z.number().int(),
        })
        .nullable(),
    }),
  }),
};
