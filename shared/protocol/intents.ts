import { z } from 'zod';
import { IMPORT_LISTS } from '../domain/imports/rows';
import { utf8Bytes } from '../kernel/bytes';
import { canonicalJson } from '../kernel/canonical-json';
import { err, ok, type Result } from '../kernel/result';
import { ACT_FIELDS, ACT_KINDS, LONGEST_FACT, MOST_FACTS } from './acts/facts';
import { ADMIN_PARTS } from './admin-acts';
import { GrantScopeSchema } from './cross-region';
import { HashSchema } from './manifest';
import { ExportIntentSchema } from './ticket';

/*
 * What a U-Key is asked to sign, other than files. Main makes an intent, words it for the signing window and has its
 * canonical form signed; nobody else can have a digest signed. An export's intent lies in the package's manifest and is
 * signed with it (ticket.ts); the others are signed by themselves and travel as `SignedIntent`.
 */
const Ms = z.number().int().positive();
const Ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
const Rows = z.number().int().nonnegative().max(1_000_000);

/** Who signs where and when: in every intent, so that none counts for another person, device or moment. */
const signer = {
  office: z.string().min(1).max(20),
  device: z.string().min(1).max(40),
  userId: z.string().min(1).max(40),
  badge: z.string().min(1).max(32),
  name: z.string().min(1).max(80),
  atMs: Ms,
};

/** The user agreement, read and accepted. */
const AgreementIntentSchema = z.strictObject({
  type: z.literal('agreement-intent'),
  ...signer,
  version: z.string().regex(/^[0-9]{4}\.[0-9]{1,3}$/),
  /** Which of its languages was read. */
  locale: z.enum(['zh-CN', 'en', 'ug']),
  /** SHA-256 of that language's text, UTF-8. */
  textSha256: HashSchema,
});

/** A list handed in to the centre. */
const ImportIntentSchema = z.strictObject({
  type: z.literal('import-intent'),
  ...signer,
  import: Ulid,
  list: z.enum(IMPORT_LISTS),
  /** Name of the workbook. */
  file: z.string().min(1).max(255),
  /** Rows that are handed in, and rows of the workbook that were left out for their faults. */
  rows: Rows,
  leftOut: Rows,
  /** SHA-256 of the canonical JSON of the rows. */
  rowsSha256: HashSchema,
});

/** Somebody's request, approved or refused. */
const ApprovalIntentSchema = z.strictObject({
  type: z.literal('approval-intent'),
  ...signer,
  request: Ulid,
  /** SHA-256 of the request's canonical JSON: nothing else was decided upon. */
  requestSha256: HashSchema,
  /** The request in words. */
  subject: z.string().min(1).max(1_000),
  decision: z.enum(['approved', 'refused']),
  note: z.string().max(2_000),
  /** Of an approver's consent: what is granted, never more than was asked. */
  scope: GrantScopeSchema.optional(),
});

/**
 * A part in an administrative act of the centre (admin-acts.ts): what the act says, fact by fact, as the person reads it, and the
 * digest of the very text that both sign. The centre computes the facts again.
 */
const AdminActIntentSchema = z.strictObject({
  type: z.literal('admin-act-intent'),
  ...signer,
  part: z.enum(ADMIN_PARTS),
  act: Ulid,
  kind: z.enum(ACT_KINDS),
  facts: z
    .array(z.strictObject({ field: z.enum(ACT_FIELDS), value: z.string().max(LONGEST_FACT) }))
    .max(MOST_FACTS),
  /** Of a refusal: why. */
  note: z.string().max(300),
  draftSha256: HashSchema,
});

/** The end of the audit log as it stood: whoever cuts or rewrites it afterwards contradicts this. */
const CheckpointIntentSchema = z.strictObject({
  type: z.literal('checkpoint-intent'),
  ...signer,
  occasion: z.enum(['login', 'export']),
  /** Number and hash of the last entry. */
  seq: z.number().int().positive(),
  head: HashSchema,
});

/** Proof of holding the key, for one question of the centre. */
const LoginIntentSchema = z.strictObject({
  type: z.literal('login-intent'),
  ...signer,
  /** The centre's random number, 32 bytes in hex. */
  challenge: HashSchema,
});

/** Files of a record that somebody answers for: a visit to a site, the result of a batch verification, a list of visits. */
const RecordIntentSchema = z.strictObject({
  type: z.literal('record-intent'),
  ...signer,
  record: z.enum(['site-record', 'batch-result', 'statistics', 'visit-list']),
  trace: z.string().regex(/^DC-[0-9]{8}-[0-9]{4,6}$/),
  /** What it is about, in words: a place, a list. */
  subject: z.string().min(1).max(300),
  /** People or rows in it. */
  rows: Rows,
  files: z
    .array(z.strictObject({ name: z.string().min(1).max(255), sha256: HashSchema }))
    .min(1)
    .max(4),
});

/** Every intent that a key signs by itself. */
export const INTENTS = {
  agreement: AgreementIntentSchema,
  import: ImportIntentSchema,
  approval: ApprovalIntentSchema,
  'admin-act': AdminActIntentSchema,
  checkpoint: CheckpointIntentSchema,
  login: LoginIntentSchema,
  record: RecordIntentSchema,
} as const;
export type IntentKind = keyof typeof INTENTS;
export type IntentOf<K extends IntentKind> = z.infer<(typeof INTENTS)[K]>;
/** Any of them, by its `type`. */
export const IntentSchema = z.discriminatedUnion('type', [
  AgreementIntentSchema,
  ImportIntentSchema,
  ApprovalIntentSchema,
  AdminActIntentSchema,
  CheckpointIntentSchema,
  LoginIntentSchema,
  RecordIntentSchema,
]);
export type Intent = z.infer<typeof IntentSchema>;
/** What the signing window can be about. */
export const ShownIntentSchema = z.discriminatedUnion('type', [
  ...IntentSchema.options,
  ExportIntentSchema,
]);
export type ShownIntent = z.infer<typeof ShownIntentSchema>;

/** An intent with a U-Key's signature over `intentMessage`. */
export const SignedIntentSchema = z.strictObject({
  /** Canonical JSON of the intent, as it was signed. */
  intent: z.string().min(2).max(12_000),
  alg: z.enum(['ES256', 'ES384', 'RS256', 'SM2']),
  /** DER of the signer's certificate and its issuers as far as the key has them, base64, the signer's first. */
  certificates: z.array(z.base64().min(4).max(11_000)).min(1).max(5),
  /** DER `SEQUENCE{r,s}` (ECDSA, SM2 with the default ID) or the PKCS#1 v1.5 block (RSA), base64. */
  sig: z.base64().min(8).max(1_400),
});
export type SignedIntent = z.infer<typeof SignedIntentSchema>;

/**
 * The bytes that are signed. The first line is no other signature's of this product; the second names the certificate, so
 * that no other certificate of the same key can be put beside the signature; the intent's own `type` tells the kinds apart.
 */
export function intentMessage(certificateSha256: string, intent: string): Uint8Array {
  return utf8Bytes(`fieldcert-intent-v1\n${certificateSha256}\n${intent}`);
}

/** The canonical form of an intent. Throws ZodError for one that is not of its form: a defect of the caller. */
export function intentText(intent: Intent): string {
  return canonicalJson(IntentSchema.parse(intent));
}

export type IntentFault = 'malformed' | 'kind' | 'signature-bad';

/** Checks a signature with the certificate's key; false for anything that does not verify. */
export type IntentVerifier = (
  signed: SignedIntent,
  /** `intentMessage` for a certificate by its SHA-256 in hex. */
  messageFor: (certificateSha256: string) => Uint8Array,
) => boolean | Promise<boolean>;

/**
 * Opens a signed intent of one kind: form, canonical text, kind, signature. Whose certificate it is and whether anybody
 * trusts it is the caller's question.
 */
export async function openIntent<K extends IntentKind>(
  kind: K,
  envelope: unknown,
  verify: IntentVerifier,
): Promise<Result<IntentOf<K>, IntentFault>> {
  const form = SignedIntentSchema.safeParse(envelope);
  if (!form.success) return err('malformed');
  const { intent: text } = form.data;
  const value = parsed(text);
  if (value === undefined || !IntentSchema.safeParse(value).success) return err('malformed');
  const intent = INTENTS[kind].safeParse(value);
  if (!intent.success) return err('kind');
  if (!(await verify(form.data, (sha256) => intentMessage(sha256, text))))
    return err('signature-bad');
  return ok(intent.data as IntentOf<K>);
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return canonicalJson(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}
