import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Settings } from '../../../../shared/ipc/routes/app';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';

const TextSchema = z.strictObject({
  title: z.string().min(1).max(80),
  sections: z
    .array(
      z.strictObject({ heading: z.string().min(1).max(80), text: z.string().min(1).max(2_000) }),
    )
    .min(1)
    .max(30),
});
const AgreementSchema = z.strictObject({
  version: z.string().regex(/^[0-9]{4}\.[0-9]{1,3}$/),
  texts: z.strictObject({ 'zh-CN': TextSchema, en: TextSchema, ug: TextSchema }),
});
/** The user agreement as it ships: one version in every language. */
export type Agreement = z.infer<typeof AgreementSchema>;

/** Reads it from parsed JSON. Throws ZodError: a program with a damaged agreement does not start. */
export function readAgreement(value: unknown): Agreement {
  return AgreementSchema.parse(value);
}

/** SHA-256 of a language's text in canonical JSON: what a signature under it names. */
export function agreementDigest({ texts }: Agreement, locale: Settings['locale']): string {
  return createHash('sha256').update(canonicalJson(texts[locale]), 'utf8').digest('hex');
}
