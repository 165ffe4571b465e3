import { z } from 'zod';
import { MAX_MARKED_IDS } from '../domain/marks/marks';
import { ROLES } from '../domain/model';
import { utf8Bytes } from '../kernel/bytes';
import { canonicalJson } from '../kernel/canonical-json';
import { BackupEndpointsSchema, LevelSchema } from './emergency-level';
import { DIRECTIVE_KINDS } from './signed-statement';
import { MAX_BUDGET_MILLI } from './statistics';

/*
 * Administrative acts of the centre: what two persons sign, each with a key of their own. The first asks, the second
 * countersigns the very same text; only then is it done, once.
 */
const Ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
const Office = z.string().min(1).max(20);
const Device = z.string().min(1).max(40);
const Badge = z.string().min(1).max(32);
const Region = z.string().regex(/^\d{2,6}$/);
const Milli = z.number().int().min(0).max(MAX_BUDGET_MILLI);
const Id = z.number().int().positive();
const Reason = z.string().trim().min(1).max(300);
const IsoDay = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const Hours = z.number().int().min(1).max(2_160).optional();
const People = z
  .array(
    z.strictObject({
      badge: z.string().min(1).max(32),
      name: z.string().min(1).max(80),
      role: z.enum(ROLES),
    }),
  )
  .min(1)
  .max(50);
/** An administrator, as the centre calls them. */
const AdminIdSchema = z.string().regex(/^[A-Za-z0-9_.-]{1,32}$/);
const OF_DEVICES = DIRECTIVE_KINDS.filter(
  (kind) => kind !== 'mark' && kind !== 'lift-mark' && kind !== 'set-level',
);

/** A person who may ask and countersign, with the certificate of the one key of theirs that counts (DER, base64). */
const AdminAddSchema = z.strictObject({
  kind: z.literal('admin-add'),
  person: AdminIdSchema,
  name: z.string().trim().min(1).max(80),
  certificate: z.base64().min(100).max(24_000),
});

export const AdminActSchema = z.discriminatedUnion('kind', [
  /** A device of an office, and who may use it in which role. */
  z.strictObject({
    kind: z.literal('enrol'),
    region: z.string().regex(/^\d{2,6}$/),
    code: Office.optional(),
    name: z.string().min(1).max(80),
    isPractice: z.boolean().optional(),
    asksToken: z.boolean().optional(),
    jurisdiction: z.string().max(6).optional(),
    hours: Hours,
    users: People,
  }),
  /** What of an office that is there becomes another; a further device changes nothing of it. */
  z.strictObject({
    kind: z.literal('office-change'),
    office: Office,
    name: z.string().trim().min(1).max(80).optional(),
    asksToken: z.boolean().optional(),
    jurisdiction: z.string().max(6).optional(),
    /** Known people of it, each with the name and role that they have from then on, on every device. */
    users: People.optional(),
  }),
  z.strictObject({ kind: z.literal('revoke-device'), device: Device }),
  /** An order to one device, or to every device of an office. */
  z
    .strictObject({
      kind: z.literal('directive'),
      device: Device.optional(),
      office: Office.optional(),
      order: z.enum(OF_DEVICES),
      reason: Reason,
      hours: Hours,
      endpoints: z
        .array(z.url({ protocol: /^https$/ }).max(200))
        .min(1)
        .max(10)
        .optional(),
    })
    .refine(({ device, office }) => (device === undefined) !== (office === undefined), 'to whom'),
  /** Quotas, ways and second review of an office's exports; read by the policy's own schema when it is done. */
  z.strictObject({
    kind: z.literal('export-policy'),
    office: Office,
    policy: z.record(z.string(), z.unknown()),
  }),
  /** Thresholds of an office's alerts; those that are not named stay. Their bounds are judged when it is done. */
  z.strictObject({
    kind: z.literal('alert-policy'),
    office: Office,
    thresholds: z.record(z.string().max(40), z.number()),
  }),
  z.strictObject({
    kind: z.literal('mark'),
    office: Office,
    reason: Reason,
    certificates: z.array(Id).min(1).max(MAX_MARKED_IDS).optional(),
    group: z.strictObject({ by: z.enum(['company', 'body', 'issuer']), id: Id }).optional(),
  }),
  /** The emergency level of an office; 0 lifts it. Levels 3 and 4 name the addresses that are asked from then on. */
  z.strictObject({
    kind: z.literal('emergency-level'),
    office: Office,
    level: LevelSchema,
    reason: Reason,
    endpoints: BackupEndpointsSchema.optional(),
    isDrill: z.boolean().optional(),
  }),
  z.strictObject({ kind: z.literal('lift-mark'), mark: Ulid, reason: Reason }),
  /** Somebody left: no device gets their role any more. */
  z.strictObject({
    kind: z.literal('person-end'),
    office: Office,
    badge: z.string().min(1).max(32),
    reason: Reason,
  }),
  z.strictObject({ kind: z.literal('key-replaced'), office: Office, badge: z.string().max(32) }),
  z.strictObject({ kind: z.literal('trust-remove'), sha256: z.string().max(64) }),
  /** An authority whose signing certificates count from the next start on (DER, base64). */
  z.strictObject({ kind: z.literal('trust-add'), certificate: z.base64().min(100).max(24_000) }),
  /** A lease for a device that cannot come online; what comes back is the file's text. */
  z.strictObject({ kind: z.literal('lease-file'), device: Device }),
  /** Keys of another centre's codes: the text of the file that it handed out. */
  z.strictObject({
    kind: z.literal('code-keys-add'),
    file: z.string().min(2).max(200_000),
    name: z.string().trim().min(1).max(80),
    from: IsoDay.optional(),
    until: IsoDay.optional(),
  }),
  z.strictObject({ kind: z.literal('code-key-remove'), key: z.string().min(1).max(40) }),
  /** Export tickets in advance; the codes come back once, for who is there. */
  z.strictObject({
    kind: z.literal('tickets'),
    device: Device,
    badge: Badge,
    count: z.number().int().min(1).max(60).optional(),
    days: z.number().int().min(1).max(92).optional(),
    maxRows: z.number().int().min(1).max(1_000_000).optional(),
    purposes: z.array(z.string().min(1).max(40)).min(1).max(10).optional(),
  }),
  /** Where a person's one-time codes go. Both who sign read the number. */
  z.strictObject({
    kind: z.literal('phone'),
    office: Office,
    badge: Badge,
    phone: z.string().regex(/^\+?\d{8,15}$/),
  }),
  /** A new transport pair of a region, and the end of its former ones. */
  z.strictObject({ kind: z.literal('region-keys-rotate'), region: Region, reason: Reason }),
  z.strictObject({
    kind: z.literal('region-keys-retire'),
    region: Region,
    reason: Reason,
    isNow: z.boolean().optional(),
    isDespiteLost: z.boolean().optional(),
  }),
  /** The yearly budget of an office's shared statistics and its first share, ε in thousandths. */
  z.strictObject({
    kind: z.literal('statistics-budget'),
    office: Office,
    budgetMilli: Milli,
    shareMilli: Milli,
  }),
  /** More of this year's budget for one device. */
  z.strictObject({
    kind: z.literal('statistics-give'),
    office: Office,
    device: Device,
    milli: Milli.min(1),
  }),
  /** A report under review; `code` is that of the proposal and stands for the very command that both looked at. */
  z.strictObject({
    kind: z.literal('review-decide'),
    device: Device,
    number: Id,
    verdict: z.enum(['applied', 'rejected']),
    reason: Reason,
    code: z.string().regex(/^[0-9a-f]{12}$/),
  }),
  /** Consent to an export, or its refusal, for a head or approver of the office who gave it outside of the desk. */
  z.strictObject({
    kind: z.literal('export-decide'),
    request: z.string().min(1).max(40),
    decision: z.enum(['approved', 'refused']),
    by: Badge,
    note: z.string().max(200).optional(),
  }),
  z.strictObject({ kind: z.literal('ticket-revoke'), ticket: z.string().min(1).max(40) }),
  z.strictObject({
    kind: z.literal('certificate-revoke'),
    region: Region,
    certificate: Id,
    reason: Reason,
  }),
  /** Addresses that bundles may bring to devices. */
  z.strictObject({ kind: z.literal('bundle-endpoints'), endpoints: BackupEndpointsSchema }),
  AdminAddSchema,
  /**
   * Another certificate of the same key and person: the person asks for it under the new certificate, another countersigns. An ended
   * certificate counts here, and here alone.
   */
  z.strictObject({
    kind: z.literal('admin-renew'),
    person: AdminIdSchema,
    certificate: z.base64().min(100).max(24_000),
  }),
  z.strictObject({ kind: z.literal('admin-remove'), person: AdminIdSchema }),
]);
export type AdminAct = z.infer<typeof AdminActSchema>;
export type AdminAdd = z.infer<typeof AdminAddSchema>;

/** What is signed: canonical JSON of this. */
export const AdminDraftSchema = z.strictObject({
  type: z.literal('admin-act'),
  id: Ulid,
  /** SHA-256 of the public key of the centre's authority, hex: none counts at another centre. */
  centre: z.string().regex(/^[0-9a-f]{64}$/),
  act: AdminActSchema,
  issuedMs: z.number().int().positive(),
  expiresMs: z.number().int().positive(),
});
export type AdminDraft = z.infer<typeof AdminDraftSchema>;

/** `refuse`: the act is not done, by another person's word or taken back by who asked. */
export const ADMIN_PARTS = ['request', 'countersign', 'refuse'] as const;
export type AdminPart = (typeof ADMIN_PARTS)[number];

/** Reads a draft; null for anything but the canonical text of one. */
export function readDraft(text: string): AdminDraft | null {
  try {
    const value: unknown = JSON.parse(text);
    const draft = AdminDraftSchema.safeParse(value);
    return draft.success && canonicalJson(value) === text ? draft.data : null;
  } catch {
    return null;
  }
}

/** The bytes that a person signs: their part in it, their certificate (SHA-256, hex) and the text. */
export function adminMessage(part: AdminPart, certificateSha256: string, text: string): Uint8Array {
  return utf8Bytes(`fieldcert-admin-act-v1\n${part}\n${certificateSha256}\n${text}`);
}
