import { z } from 'zod';
import { ROLES, type UnknownCode, unknownCode } from '../domain/model';

export const DaySchema = z.number().int().min(-36_525).max(73_050);
export const MsSchema = z.number().int().nonnegative();
export const IdSchema = z.number().int().positive();
export const RegionCodeSchema = z.string().regex(/^\d{2,6}$/);
export const RoleSchema = z.enum(ROLES);
export const KindSchema = z.enum([
  'manager-principal',
  'manager-safety',
  'special-operation',
  'construction-a',
  'construction-b',
  'construction-c1',
  'construction-c2',
  'construction-c3',
]);
/** A code of a newer centre for which this program has no word. */
export const UnknownCodeSchema = z.custom<UnknownCode>(
  (value) => typeof value === 'string' && unknownCode(value) !== null,
);
/** A kind: a list stays readable, and can be asked for, with one that this program does not know. */
export const ReadKindSchema = z.union([KindSchema, UnknownCodeSchema]);
export const StatusSchema = z.enum([
  'valid',
  'expiring',
  'review-due',
  'review-overdue',
  'expired',
  'not-yet-valid',
  'suspended',
  'revoked',
  'withdrawn',
  'cancelled',
  'under-verification',
]);
/** A secret typed by a person: UTF-8 bytes, wiped by whoever receives them. */
export const SecretSchema = bytesSchema(1, 256);

/** Bytes by structured clone, bounded. */
export function bytesSchema(minBytes: number, maxBytes: number) {
  return z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length >= minBytes && value.length <= maxBytes,
  );
}
export const EmptySchema = z.strictObject({});
export const LocaleSchema = z.enum(['zh-CN', 'en', 'ug']);

/**
 * What narrows a list, a board or an export: the same filter everywhere, so that a number and the
 * list behind it cannot differ. Empty arrays are not allowed; leave the field out.
 */
export const FilterSchema = z.strictObject({
  /** Region code prefixes, 2, 4 or 6 digits. */
  regions: z.array(RegionCodeSchema).min(1).max(200).optional(),
  /** GB/T 4754 divisions. */
  industries: z.array(z.number().int().min(1).max(97)).min(1).max(97).optional(),
  kinds: z.array(ReadKindSchema).min(1).max(16).optional(),
  categories: z.array(z.number().int().positive()).min(1).max(100).optional(),
  statuses: z.array(StatusSchema).min(1).max(11).optional(),
  company: IdSchema.optional(),
  /** Training body that trained the holder. */
  body: IdSchema.optional(),
  /** These alone: a list of visits that goes out. */
  certificates: z.array(IdSchema).min(1).max(500).optional(),
  /** Inclusive days. */
  validToFrom: DaySchema.optional(),
  validToUntil: DaySchema.optional(),
  /** Inclusive days of the start of the present period: when this certificate was issued. */
  issuedFrom: DaySchema.optional(),
  issuedUntil: DaySchema.optional(),
  /** Inclusive days on which something is to be done: the earlier of both clocks, where the issuer did not end it. */
  dueFrom: DaySchema.optional(),
  dueUntil: DaySchema.optional(),
  /** Inclusive days on which a review is due, where the issuer did not end the certificate. */
  reviewFrom: DaySchema.optional(),
  reviewUntil: DaySchema.optional(),
});
export type Filter = z.infer<typeof FilterSchema>;

/** Files of a record that were written: the first one's name, who signed, and the trace number in all of them. */
export const SavedFilesSchema = z.strictObject({
  file: z.string(),
  by: z.enum(['u-key', 'device']),
  traceId: z.string(),
});
export type SavedFilesView = z.infer<typeof SavedFilesSchema>;
