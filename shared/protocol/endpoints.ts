import { z } from 'zod';
import { SignedStatementSchema } from './signed-statement';

/**
 * Paths of the central server. Every one but `enrol` wants the device's client certificate (the control
 * paths its control certificate); the region is the device's own and never part of a request. Refusals are `ServerRefusalSchema` as
 * `application/json`; binary objects are `application/octet-stream`.
 */
export const PATHS = {
  /** POST EnrolRequest → EnrolAnswer. */
  enrol: '/v1/enrol',
  /** POST RenewRequest → RenewAnswer (renew.ts). */
  renew: '/v1/device/renew',
  /** GET → HealthSchema. */
  health: '/v1/health',
  /** GET → SignedStatement of a Manifest; its tag is the hex SHA-256 of the payload, 304 for `If-None-Match`. */
  manifest: '/v1/sync/manifest',
  /** GET `?rseq=N` (a state that was the end of a delta) or without (the head) → SignedStatement of a Checkpoint. */
  checkpoint: '/v1/sync/checkpoint',
  /** GET `?cursor=…&maxRows=N` → a page object (segment.ts framing). */
  changes: '/v1/sync/changes',
  /** POST RepairNodes → the children of digest nodes as bytes (repair.ts). */
  repairNodes: '/v1/sync/repair/nodes',
  /** POST RepairLeaves → the leaves of buckets as bytes (repair.ts). */
  repairLeaves: '/v1/sync/repair/leaves',
  /** POST RepairRows → a page object of these rows. */
  repairRows: '/v1/sync/repair/rows',
  /** GET `?have=HASH` → MovesAnswer (moves.ts): where certificates went that are not in the region any more. */
  moves: '/v1/sync/moves',
  /** GET → {statements: SignedStatement[]}: the office's role, lease and office statements as of now; 304 while nothing but their dates would change. */
  statements: '/v1/statements',
  /** POST OutboxRequest → OutboxAnswer. GET `?from=N` → OutboxHistory. */
  outbox: '/v1/outbox',
  /** GET `?of=1,7` → Decided: commands under review that were decided meanwhile. */
  outboxDecided: '/v1/outbox/decided',
  /** GET `?user=…&after=N` → SavedItemsAnswer: what a user of the office saved, on whichever device. */
  savedItems: '/v1/saved-items',
  /** GET `?nonce=…` → ControlAnswer (control.ts). With the control certificate alone, which opens nothing else. */
  control: '/v1/control',
  /** POST ControlRenewRequest → ControlRenewAnswer (renew.ts); with the control certificate alone. */
  controlRenew: '/v1/control/renew',
  /** POST ControlReceipts → ControlReceiptsAnswer; with the control certificate alone. */
  controlReceipts: '/v1/control/receipts',
} as const;

/**
 * The same addresses with the region named, for proxies and logs. It chooses nothing: another region
 * than the device's own is refused as `forbidden`.
 */
export const regionPaths = {
  manifest: (region: string): string => `/v1/regions/${region}/manifest`,
  checkpoint: (region: string): string => `/v1/regions/${region}/checkpoint`,
  changes: (region: string): string => `/v1/regions/${region}/changes`,
} as const;

/** Path of a segment, page or pack by its SHA-256 in hex; Range is honoured. */
export const objectPath = (sha256: string): string => `/v1/objects/${sha256}`;
/** Path of an attachment, sealed for the region (attachment.ts), by the SHA-256 of its plain bytes in hex; Range is honoured. */
export const attachmentPath = (sha256: string): string => `/v1/attachments/${sha256}`;

/**
 * Header of the last page of a delta (`hasMore` false): base64url of the JSON of the signed
 * checkpoint at the page's `to`, so that no state can slip in between page and proof.
 */
export const CHECKPOINT_HEADER = 'x-fieldcert-checkpoint';
/** `br` in a request: the checkpoint may come packed (brotli); `br` in the answer: it is. */
export const CHECKPOINT_PACKED_HEADER = 'x-fieldcert-checkpoint-packed';

/** Header of every request: the schema (domain/model `SCHEMA_VERSION`) that the device reads. */
export const SCHEMA_HEADER = 'x-fieldcert-schema';

/** Rows of a page when the request does not say, and at most. */
export const DEFAULT_PAGE_ROWS = 2_000;
export const MAX_PAGE_ROWS = 10_000;

/** Context of the sealed box (sealed-box.ts) that carries the region keys at enrolment. */
export const regionKeysContext = (deviceId: string): string => `region-keys|${deviceId}`;
/** Context of the sealed box that carries an office's secret of shared statistics. */
export const statisticsContext = (deviceId: string): string => `statistics|${deviceId}`;
/** Context of the sealed box that carries one outbox command's payload. */
export const outboxContext = (deviceId: string, dseq: number): string =>
  `outbox|${deviceId}|${dseq}`;
/** Context of the sealed box that carries a user's saved items to a device. */
export const savedItemsContext = (deviceId: string, userId: string): string =>
  `saved-items|${deviceId}|${userId}`;
/**
 * Text whose UTF-8 bytes the TLS key signs at enrolment (ES256, r ‖ s, base64): proof of possession.
 * `controlKey` is absent in requests of programs that have no control channel.
 */
export const enrolProofText = (
  secret: string,
  tlsKey: string,
  boxKey: string,
  signKey: string,
  controlKey?: string,
): string =>
  ['fieldcert-enrol', secret, tlsKey, boxKey, signKey, ...(controlKey ? [controlKey] : [])].join(
    '|',
  );

/** Answer of `health`. */
export const HealthSchema = z.strictObject({
  status: z.literal('ok'),
  /** The server's clock, UTC ms. */
  nowMs: z.number().int().positive(),
  region: z.string().regex(/^\d{2,6}$/),
  /** The region's last change number. */
  head: z.number().int().nonnegative(),
});
export type Health = z.infer<typeof HealthSchema>;

/** Answer of `statements`. */
export const StatementsSchema = z.strictObject({
  statements: z.array(SignedStatementSchema).max(500),
});
