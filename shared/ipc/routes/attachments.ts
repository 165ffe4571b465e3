import { z } from 'zod';
import { EmptySchema, IdSchema } from '../common';
import { route } from '../define';

/** Least and most that the cache of photos, scans and e-certificates may be allowed, MB. */
export const CACHE_BUDGET_MB = { least: 50, most: 20_000 } as const;

const Bytes = z.number().int().nonnegative();
const MimeSchema = z.enum(['jpeg', 'png', 'pdf']);

const ItemSchema = z.strictObject({
  id: IdSchema,
  kind: z.enum(['photo', 'scan', 'ecert', 'other']),
  mime: MimeSchema.nullable(),
  bytes: Bytes,
});
export type AttachmentItem = z.infer<typeof ItemSchema>;

/** What is to be seen of an attachment now; `attachments.changed` tells when that is something else. */
export const AttachmentViewSchema = z.discriminatedUnion('state', [
  /** Verified against the hash of the signed data; its type is what the bytes are, not what a name says. */
  z.strictObject({
    state: z.literal('here'),
    mime: MimeSchema,
    /** Pixels; null for a document. */
    width: z.number().int().positive().nullable(),
    height: z.number().int().positive().nullable(),
    bytes: z.instanceof(Uint8Array),
    /** The copy on this device was found damaged and was fetched again. */
    wasDamaged: z.boolean(),
  }),
  z.strictObject({ state: z.literal('fetching') }),
  /** Not held here, and the server cannot be reached: it is fetched as soon as it can. */
  z.strictObject({ state: z.literal('queued') }),
  /** Not held here; nothing is fetched by itself while the line is paused or paid by traffic. */
  z.strictObject({ state: z.literal('held'), why: z.enum(['paused', 'metered']) }),
  /** `error`: an ErrorCode. */
  z.strictObject({ state: z.literal('failed'), error: z.string() }),
  /** Neither JPEG nor PNG nor PDF, or larger than what is shown. */
  z.strictObject({ state: z.literal('unusable'), why: z.enum(['type', 'pixels', 'size']) }),
  /** No longer among the data of this office. */
  z.strictObject({ state: z.literal('gone') }),
]);
export type AttachmentView = z.infer<typeof AttachmentViewSchema>;

export const AttachmentStorageSchema = z.strictObject({
  usedBytes: Bytes,
  files: Bytes,
  budgetBytes: Bytes,
  /** Asked for by somebody and waiting for the line. */
  waiting: Bytes,
  isFetching: z.boolean(),
});
export type AttachmentStorage = z.infer<typeof AttachmentStorageSchema>;

const readers = ['inspector', 'head', 'approver'] as const;
const common = { window: 'main', transport: 'ipc', roles: readers, needs: 'unlocked' } as const;
const One = z.strictObject({ certificateId: IdSchema, id: IdSchema });
const View = z.strictObject({ view: AttachmentViewSchema });
export const attachmentRoutes = {
  /** What belongs to a certificate: rows of the slice, no contents. */
  'attachments.of': route({
    ...common,
    kind: 'query',
    audit: null,
    input: z.strictObject({ certificateId: IdSchema }),
    output: z.strictObject({ photo: ItemSchema.nullable(), files: z.array(ItemSchema).max(20) }),
  }),
  /** The contents where they are held here; else they begin to come, as far as the line may be used. */
  'attachments.open': route({
    ...common,
    kind: 'query',
    audit: 'attachment-view',
    input: One,
    output: View,
  }),
  /** Fetches on a person's word: on a paused or metered line too, and again after a failure. */
  'attachments.fetch': route({
    ...common,
    kind: 'command',
    audit: 'attachment-view',
    input: One,
    output: View,
  }),
  'attachments.storage': route({
    ...common,
    kind: 'query',
    audit: null,
    input: EmptySchema,
    output: AttachmentStorageSchema,
  }),
  /** What is beyond a smaller budget goes at once, the longest unused first. */
  'attachments.set-budget': route({
    ...common,
    kind: 'command',
    audit: 'attachment-cache',
    input: z.strictObject({
      megabytes: z.number().int().min(CACHE_BUDGET_MB.least).max(CACHE_BUDGET_MB.most),
    }),
    output: AttachmentStorageSchema,
  }),
  /** Empties the cache: the server can give all of it again. */
  'attachments.clear': route({
    ...common,
    kind: 'command',
    audit: 'attachment-cache',
    input: EmptySchema,
    output: AttachmentStorageSchema,
  }),
};
