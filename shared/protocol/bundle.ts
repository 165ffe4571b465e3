import { z } from 'zod';
import { utf8Bytes } from '../kernel/bytes';
import { canonicalJson } from '../kernel/canonical-json';
import { ControlReceiptSchema, MAX_DIRECTIVES } from './control';
import { RequestIdSchema } from './cross-region';
import { MAX_EVIDENCE_BYTES } from './evidence';
import { HashSchema } from './manifest';
import { OutboxCommandSchema, VerdictSchema } from './outbox';
import { SEALED_BOX_OVERHEAD_BYTES } from './sealed-box';
import { SignedStatementSchema } from './signed-statement';
import { StatisticsLedgerSchema } from './statistics';

/**
 * A bundle: what the server would have answered over the line, on a stick. Sealed to one device, signed by
 * the server, in volumes that fit a FAT32 stick. Field by field in server/bundle/FORMAT.md.
 *
 *   volume = "FCBUNDLE" | u8 version | bundle id (16) | u16be volume number from 1 | entries …
 *            | index (JSON of a signed statement) | u32be length of the index | "FCBEND01"
 *
 * An entry is AES-256-GCM(content key, iv = entry number as 96-bit big endian, aad = `entryAad`) with the tag
 * appended; entries are numbered over all volumes from 0 and never cross one. The last entry of the last
 * volume is the table of contents. The index is the same in every volume.
 */
export const BUNDLE_MAGIC = 'FCBUNDLE';
export const BUNDLE_END = 'FCBEND01';
/** The highest form that is read; it may bring which granted certificates are under verification. */
export const BUNDLE_VERSION = 7;
/** The lowest form that may bring how requests to other regions stand, and what grants bring. */
export const GRANTS_BUNDLE_VERSION = 6;
/** The lowest form that may bring where certificates went that are in the region no more. */
export const MOVES_BUNDLE_VERSION = 5;
/** The lowest form that may bring what leads to the national status filter from the one that the device holds. */
export const NATIONAL_DELTA_BUNDLE_VERSION = 4;
/** The lowest form that may bring the national status filter. */
export const NATIONAL_BUNDLE_VERSION = 3;
/** The lowest form that may bring pictures and what became of evidence. */
export const PICTURES_BUNDLE_VERSION = 2;
/** Written where nothing needs more, so that a device of before reads it. */
export const PLAIN_BUNDLE_VERSION = 1;
/** Magic, version, id, number. */
export const VOLUME_HEAD_BYTES = 8 + 1 + 16 + 2;
/** Length and end mark behind the index. */
export const VOLUME_TAIL_BYTES = 4 + 8;
export const MAX_INDEX_BYTES = 1024 * 1024;
export const MAX_CONTENTS_BYTES = 64 * 1024 * 1024;
/** GCM's tag behind each entry. */
export const ENTRY_TAG_BYTES = 16;
export const BUNDLE_EXTENSION = 'fcb';

const Id = z.string().regex(/^[0-9a-f]{32}$/);
const Count = z.number().int().nonnegative();
const Ms = z.number().int().positive();

/** What a bundle is, readable without a key. Payload of the signed statement in every volume. */
export const BundleIndexSchema = z.strictObject({
  type: z.literal('bundle'),
  id: Id,
  office: z.string().min(1).max(20),
  device: z.string().min(1).max(40),
  region: z.string().regex(/^\d{2,6}$/),
  epoch: z.string().max(40),
  kind: z.enum(['full', 'delta']),
  /** The device must have every change up to `from` (0 for a full bundle, which needs nothing). */
  from: Count,
  /** The state that the bundle leads to. */
  to: Count,
  issuedMs: Ms,
  /** Content key, 32 bytes: sealed box to the device's box key, base64; context `bundleContext`. */
  key: z.base64().max(400),
  volumes: z
    .array(
      z.strictObject({
        /** Of the head and the entries. */
        bytes: z.number().int().positive(),
        /** SHA-256(hash of the volume before, of none for the first ‖ head and entries): swapped volumes do not fit. */
        sha256: HashSchema,
      }),
    )
    .min(1)
    .max(999),
  /** The table of contents, in the last volume. */
  contents: z.strictObject({ entry: Count, offset: Count, bytes: z.number().int().positive() }),
});
export type BundleIndex = z.infer<typeof BundleIndexSchema>;

const PlaceSchema = z.strictObject({
  /** Entry number, and where its sealed bytes lie. */
  entry: Count,
  volume: z.number().int().positive(),
  offset: Count,
  /** Sealed, tag included. */
  bytes: z.number().int().positive(),
});
export type EntryPlace = z.infer<typeof PlaceSchema>;

const ObjectEntrySchema = PlaceSchema.extend({ sha256: HashSchema });
export type ObjectEntry = z.infer<typeof ObjectEntrySchema>;
const PageEntrySchema = PlaceSchema.extend({
  sha256: HashSchema,
  /** Net changes with from < rseq ≤ to, as a part of a tier (tier-cover.ts): for every state of the bundle's range. */
  from: Count,
  to: Count,
  /** Of the state at `to`; null where more pages follow. */
  checkpoint: SignedStatementSchema.nullable(),
});
export type PageEntry = z.infer<typeof PageEntrySchema>;
/** Contents of an attachment as they travel over the line (attachment.ts). */
const PictureEntrySchema = PlaceSchema.extend({
  /** Of the plain bytes, as the attachment's row names them. */
  sha256: HashSchema,
});
export type PictureEntry = z.infer<typeof PictureEntrySchema>;
/** At most so many pictures in one bundle. */
export const MAX_BUNDLE_PICTURES = 20_000;

/** What the server made of a device's evidence. */
const SettledEvidenceSchema = z.strictObject({
  sha256: HashSchema,
  state: z.enum(['whole', 'refused']),
  /** As in evidence.ts. */
  reason: z.enum(['box', 'hash', 'type']).nullable(),
});
export type SettledEvidence = z.infer<typeof SettledEvidenceSchema>;
export const MAX_SETTLED_EVIDENCE = 2_000;

/** At most so many grants bring their rows in one bundle, and so many objects of all of them. */
export const MAX_BUNDLE_GRANTS = 20;
export const MAX_BUNDLE_GRANT_OBJECTS = 30_000;
/** A package holds names of issuers besides its keys; standings are those of an office. */
export const MAX_GRANT_PACKAGE_BYTES = 20 * 1024 * 1024;
export const MAX_STANDINGS_BYTES = 16 * 1024 * 1024;

/** Requests to other regions and grants (cross-region.ts), in the boxes that the line gives: sealed to the device. */
const BundleCrossRegionSchema = z.strictObject({
  /** When the server looked how they stand; of its clock, before it looked. */
  atMs: Ms,
  /** Box of `StandingsSchema`, context `standingsContext`. */
  standings: PlaceSchema,
  /** Grants to this device that last and whose rows it does not hold. */
  grants: z
    .array(
      z.strictObject({
        grant: RequestIdSchema,
        /** Box of keys and signed content, context `grantContext`. */
        package: PlaceSchema,
        /** The segments that the content names; sealed under the grant's own keys. */
        objects: z.array(ObjectEntrySchema).max(MAX_BUNDLE_GRANT_OBJECTS),
      }),
    )
    .max(MAX_BUNDLE_GRANTS),
});
export type BundleCrossRegion = z.infer<typeof BundleCrossRegionSchema>;

/** What changed since `from`, for the preview. */
export const BundleCountsSchema = z.strictObject({
  added: Count,
  changed: Count,
  left: Count,
  /** Certificates among the added and changed that are revoked now. */
  revoked: Count,
});
export type BundleCounts = z.infer<typeof BundleCountsSchema>;

/** The table of contents: canonical JSON, sealed like every entry. */
export const BundleContentsSchema = z.strictObject({
  manifest: SignedStatementSchema,
  /** Segments and packs of the manifest; none in a delta. */
  objects: z.array(ObjectEntrySchema).max(30_000),
  /** In order; the last one has no change and proves the state at `to` to a device that is there already. */
  pages: z.array(PageEntrySchema).min(1).max(100_000),
  counts: BundleCountsSchema,
  /** Rows of a first load; 0 in a delta. */
  rows: Count,
  statements: z.array(SignedStatementSchema).max(500),
  directives: z.array(SignedStatementSchema).max(MAX_DIRECTIVES),
  /** Addresses of the server, where the administrator gave them. */
  endpoints: z.array(z.url().max(200)).max(10),
  /** Verdicts on the device's commands, and how far the server has them; null before the first command. */
  answer: z
    .strictObject({
      verdicts: z.array(VerdictSchema).max(20_000),
      receipt: SignedStatementSchema,
    })
    .nullable(),
  /** From version 2 on: pictures that the office wants, the most wanted first. */
  pictures: z.array(PictureEntrySchema).max(MAX_BUNDLE_PICTURES).optional(),
  /** From version 2 on: evidence of this device that the server has judged, the latest first. */
  evidence: z.array(SettledEvidenceSchema).max(MAX_SETTLED_EVIDENCE).optional(),
  /**
   * From version 3 on: the newest publication of the national status filter (national.ts). From 4 on its bytes may be a
   * delta (domain/national/cascade-delta.ts) from the filter that the device wished it from.
   */
  national: z
    .strictObject({
      statement: SignedStatementSchema,
      filter: PlaceSchema,
      /** SHA-256 of the filter from which the bytes lead; not there where they are the whole. */
      from: HashSchema.optional(),
    })
    .optional(),
  /** From version 5 on: where certificates went, signed as of the state at `to`; `list` is the text that was hashed (moves.ts). */
  moves: z.strictObject({ statement: SignedStatementSchema, list: PlaceSchema }).optional(),
  /** From version 6 on, where the office or authority has such requests. */
  crossRegion: BundleCrossRegionSchema.optional(),
});
export type BundleContents = z.infer<typeof BundleContentsSchema>;

export const bundleContext = (id: string, device: string): string => `bundle|${id}|${device}`;
export const entryAad = (version: number, id: string, entry: number): string =>
  `fieldcert-bundle|${version}|${id}|${entry}`;
/** 96-bit big endian. The content key is the bundle's own, so no iv repeats under it. */
export function entryIv(entry: number): Uint8Array {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setBigUint64(4, BigInt(entry));
  return iv;
}

/** A failed attempt to synchronise, as a device tells the server of it. */
export const FailedRunSchema = z.strictObject({ atMs: Ms, code: z.string().min(1).max(60) });
export const MAX_FAILED_RUNS = 50;

/** POST /v1/report and part of every outgoing bundle: how the device stands. */
export const DeviceReportSchema = z.strictObject({
  program: z.string().max(80),
  atMs: Ms,
  /** The last checkpoint applied; null without a slice. */
  applied: z.strictObject({ epoch: z.string().max(40), rseq: Count, issuedMs: Ms }).nullable(),
  pending: Count,
  rejected: Count,
  /** The highest command whose verdict the device has, all before it included. */
  settled: Count,
  failures: z.array(FailedRunSchema).max(MAX_FAILED_RUNS),
  /** The newest keys of its region that it holds; absent while they are the first. */
  keyEpoch: z.number().int().positive().optional(),
  /** Which ledger of shared statistics it keeps (statistics.ts); absent while it is the first. */
  statisticsLedger: StatisticsLedgerSchema.optional(),
});
export type DeviceReport = z.infer<typeof DeviceReportSchema>;
export const REPORT_PATH = '/v1/report';
/** How many of the report's failures are kept now, repetitions among them. */
export const ReportAnswerSchema = z.strictObject({ kept: Count });

/**
 * An outgoing bundle is one file: the device's commands, receipts and report, sealed to the server.
 *
 *   "FCOUTBOX" | u8 version | u32be head length | head (canonical JSON) | sealed box
 *
 * The box (sealed-box.ts, context `outgoingContext`) holds gzip of canonical JSON of `OutgoingSchema`.
 */
export const OUTGOING_MAGIC = 'FCOUTBOX';
/** The highest form that is taken; 3 says what is held: the national filter, rows of grants. */
export const OUTGOING_VERSION = 3;
/** The lowest form that brings wishes and evidence. */
export const WISHES_OUTGOING_VERSION = 2;
/** Written where nothing needs more, so that a server of before takes it. */
export const PLAIN_OUTGOING_VERSION = 1;
export const OUTGOING_EXTENSION = 'fco';
/** Commands go into further files beyond it. */
export const OUTGOING_SPLIT_BYTES = 48 * 1024 * 1024;
export const MAX_OUTGOING_BYTES = 192 * 1024 * 1024;

export const OutgoingHeadSchema = z.strictObject({
  format: z.literal('fieldcert-outgoing'),
  id: Id,
  office: z.string().min(1).max(20),
  device: z.string().min(1).max(40),
  madeMs: Ms,
  /** This file's number, and of how many. */
  part: z.number().int().positive(),
  parts: z.number().int().positive(),
  /** SHA-256 of the box. */
  sha256: HashSchema,
  /** ES256 by the device's signature key over `outgoingBytes`, base64url. */
  sig: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
export type OutgoingHead = z.infer<typeof OutgoingHeadSchema>;

/** What the device would like to get with the next bundle. */
export const BundleWishesSchema = z.strictObject({
  /** The highest version of a bundle that it reads. */
  reads: z.number().int().min(1).max(255),
  /** Rows of attachments whose contents it lacks, the most wanted first. */
  pictures: z.array(z.number().int().positive()).max(MAX_BUNDLE_PICTURES),
  /** What their contents may take there, bytes. */
  pictureBytes: Count,
  /** Rows of its slice differ from what was signed: only a whole one mends it by a stick. */
  needsWhole: z.boolean(),
  /** SHA-256 of the national filter that it holds; not there where it holds none. From version 3 on. */
  holdsFilter: HashSchema.optional(),
  /** Grants whose rows it holds: they need not travel again. From version 3 on, where there is one. */
  holdsGrants: z.array(RequestIdSchema).min(1).max(100).optional(),
});
export type BundleWishes = z.infer<typeof BundleWishesSchema>;

/** A sealed evidence file (evidence.ts), whole. */
const EvidenceFileSchema = z.strictObject({
  sha256: HashSchema,
  box: z.base64().max(Math.ceil((MAX_EVIDENCE_BYTES + SEALED_BOX_OVERHEAD_BYTES) / 3) * 4),
});
export type EvidenceFile = z.infer<typeof EvidenceFileSchema>;

/** What one file holds at most; more goes into further ones. */
export const MAX_OUTGOING = { commands: 100_000, receipts: 200, evidence: 1_000 } as const;

export const OutgoingSchema = z.strictObject({
  commands: z
    .array(OutboxCommandSchema.extend({ kind: z.string().min(1).max(40) }))
    .max(MAX_OUTGOING.commands),
  receipts: z.array(ControlReceiptSchema).max(MAX_OUTGOING.receipts),
  report: DeviceReportSchema,
  /** From version 2 on. */
  wishes: BundleWishesSchema.optional(),
  /** From version 2 on; of commands of this file, of one before it, or that the server has already. */
  evidence: z.array(EvidenceFileSchema).max(MAX_OUTGOING.evidence).optional(),
});
export type Outgoing = z.infer<typeof OutgoingSchema>;

export const outgoingContext = (id: string, device: string): string =>
  `outgoing-bundle|${id}|${device}`;

/** The version that says what a content says. */
export function outgoingVersionOf({ wishes }: Pick<Outgoing, 'wishes'>): number {
  if (wishes === undefined) return PLAIN_OUTGOING_VERSION;
  const { holdsFilter, holdsGrants } = wishes;
  return holdsFilter === undefined && holdsGrants === undefined
    ? WISHES_OUTGOING_VERSION
    : OUTGOING_VERSION;
}

/** Whether a file of this version may say that. Programs once named the filter that they hold in version 2. */
export function isOutgoingOf(version: number, content: Pick<Outgoing, 'wishes'>): boolean {
  if (version === outgoingVersionOf(content)) return true;
  const { holdsFilter, holdsGrants } = content.wishes ?? {};
  const isFormer = holdsFilter !== undefined && holdsGrants === undefined;
  return version === WISHES_OUTGOING_VERSION && isFormer;
}

/** The bytes that an outgoing bundle's `sig` signs. */
export function outgoingBytes(head: OutgoingHead): Uint8Array {
  return utf8Bytes(`fieldcert-outgoing-v1\n${canonicalJson({ ...head, sig: undefined })}`);
}
