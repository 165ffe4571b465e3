import type { Mark } from '../../shared/domain/marks/marks';
import type { Entity, Role } from '../../shared/domain/model';
import type { RevealLimits } from '../../shared/domain/policy/reveal-limits';
import type { ErrorCode, ErrorParams } from '../../shared/errors/app-error';
import type { Filter } from '../../shared/ipc/common';
import type { Checkpoint, ReferencePack } from '../../shared/protocol/manifest';
import type { Move } from '../../shared/protocol/moves';
import type { AlertCalls } from './alert-calls';
import type { AttachmentCalls } from './attachment-calls';
import type { AuditCalls } from './audit-calls';
import type { BackupCalls, BackupProgress } from './backup/calls';
import type { BatchCalls } from './batch-calls';
import type { BulkFields } from './bulk';
import type { CheckCalls } from './check/calls';
import type { DeepCalls } from './deep-calls';
import type { AuditInput, ExportLedgerEntry } from './ledger-protocol';
import type { OutboxCalls } from './outbox-protocol';
import type { PackedColumns } from './packed-columns';
import type { RecoveryCalls, SliceFault } from './recovery/calls';
import type { RepairCalls } from './repair-calls';
import type { RetentionCalls } from './retention-calls';
import type { ScanCalls } from './scan-calls';
import type { SealedColumns, SyncCursor } from './sealed-columns';
import type { StatisticsCalls } from './statistics-calls';
import type { TicketCalls } from './ticket-calls';
import type { WatchCalls } from './watch-calls';

export type { AuditInput, ExportLedgerEntry, SealedColumns, SyncCursor };

/**
 * Messages between main and the store process. The same whether the store is a utilityProcess
 * (product) or a Node 24 child (fallback runtime, tests): structured clones, no handles.
 * Main is trusted by the store, so these are typed, not parsed; what came from outside was parsed
 * by the ingest worker; what comes from pages arrives over the port and is parsed here.
 */

/** Who is at the desk; fixed for the life of an open store. */
export interface StoreSession {
  readonly userId: string;
  readonly badge: string;
  readonly name: string;
  readonly role: Role;
  /** Region code prefixes that every answer is limited to. */
  readonly regions: readonly string[];
  readonly deviceId: string;
}

/** Raw 32-byte keys. The store copies what it needs and zeroes them; none of them opens sealed values. */
export interface StoreKeys {
  readonly journal: Uint8Array;
  /** While a rotation runs a file may be under the next key already; the same for the slice. */
  readonly journalNext?: Uint8Array;
  /** Absent for roles that hold no key to certificate data. */
  readonly slice?: Uint8Array;
  readonly sliceNext?: Uint8Array;
  /** Open the public part of segments and pages: packed by epoch (crypto/transport-ring.ts). */
  readonly transportPublic?: Uint8Array;
  /** Emergency reader only: seals the log of acts that is imported later. */
  readonly emergencyLog?: Uint8Array;
  /** First key of the audit ratchet, used once when the journal is created; the auditor and the server keep it. Random without. */
  readonly firstAuditKey?: Uint8Array;
}

/** What the proof of equality found. */
export interface VerifyResult {
  readonly isEqual: boolean;
  /** Differing buckets (of 64 ids each) against what was applied; entities whose root differs from the server's, when those agree. */
  readonly differingBuckets: number;
  readonly root: string;
  readonly roots: Readonly<Partial<Record<Entity, string>>>;
  readonly rows: number;
  readonly tookMs: number;
}

export interface SliceState {
  readonly hasSlice: boolean;
  /** SHA-256 over canonical JSON of the names of issuers and training bodies as they are stored; null: there are none. */
  readonly namesHash: string | null;
  readonly cursor: SyncCursor | null;
  readonly checkpoint: Checkpoint | null;
  /** The envelope that signs the checkpoint, unopened; absent where none was kept. Whoever believes the checkpoint opens it. */
  readonly signed?: unknown;
  readonly counts: Readonly<Partial<Record<Entity, number>>>;
  readonly lastVerify: (VerifyResult & { readonly atMs: number }) | null;
  /** Every late segment of the first load is in: before that nothing proves the slice as a whole. */
  readonly isWhole: boolean;
  /** Hash of the manifest that the slice was first loaded by; absent without a slice. */
  readonly loadedBy?: string;
  /** Absent when nothing is wrong. */
  readonly fault?: SliceFault;
}

/** One row of an export, already masked; words (labels) are added by main. */
export interface ExportSourceRow {
  readonly name: string;
  readonly maskedId: string;
  readonly number: string;
  readonly kind: number;
  readonly category: number | null;
  readonly company: string | null;
  readonly uscc: string | null;
  readonly region: number;
  readonly industry: number;
  readonly issuer: number;
  readonly validFrom: number;
  readonly validTo: number;
  readonly reviewDue: number | null;
  readonly status: string;
}

export interface SyncRunEntry {
  readonly runId: string;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly outcome: 'done' | 'failed' | 'cancelled';
  readonly isFirst: boolean;
  readonly rows: number;
  readonly bytes: number;
  readonly error: string | null;
}

/** Keys of blind tags by kind (electron/crypto/field-keys.ts). */
export type BlindKeySet = Readonly<Record<string, Uint8Array>>;

/** Entities whose rows carry sealed values. */
export type SealedEntity = 'person' | 'certificate';

/** Sealed blobs of some rows; row i is [offsets[i], offsets[i+1]). */
export interface SealedRows {
  readonly ids: Float64Array;
  readonly blobs: Uint8Array;
  readonly offsets: Uint32Array;
}

/** The same values under another field key, with their blind tags. */
export type ResealedColumns = Omit<SealedColumns, 'keyedTags' | 'maskedId' | 'maskedPhone'>;

/** What the reveal service opens of one certificate. */
export interface SealedRecord {
  readonly personId: number;
  readonly name: string;
  readonly numberForm: number;
  readonly number: string | null;
  readonly personBlob: Uint8Array | null;
  readonly certificateBlob: Uint8Array | null;
}

/** A committed act of reading, for the query log; typed digits only as a tag. */
export interface QueryEntry {
  readonly kind: 'query' | 'view' | 'view-person' | 'view-company' | 'reveal' | 'reveal-batch';
  readonly text: string | null;
  readonly tag: number | null;
  readonly filter: Filter | null;
  readonly subject: number | null;
  readonly count: number;
}

/** An act that the emergency reader logged while the journal could not be opened. */
export interface ImportedAct {
  /** Names it for ever: log and number of the record. */
  readonly source: string;
  readonly atMs: number;
  readonly device: string;
  readonly audit: AuditInput;
  /** The look-ups it was, for the query log. */
  readonly log?: { readonly userId: string; readonly entries: readonly QueryEntry[] };
}

/** Requests and their answers. Every one may also fail with a documented code. */
export interface StoreCalls
  extends AlertCalls,
    AttachmentCalls,
    AuditCalls,
    BackupCalls,
    CheckCalls,
    DeepCalls,
    RecoveryCalls,
    OutboxCalls,
    RepairCalls,
    RetentionCalls,
    BatchCalls,
    ScanCalls,
    StatisticsCalls,
    TicketCalls,
    WatchCalls {
  /**
   * Opens journal and slice (creating the journal when `create`), runs migrations, starts threads.
   * `rulePack` is the rule pack JSON in force; `referencePack` may be absent before the first sync.
   * `fieldTagKeys`: sub-keys that make blind tags of typed values (they open nothing).
   */
  open: [
    {
      readonly officeDir: string;
      readonly keys: StoreKeys;
      readonly session: StoreSession;
      readonly rulePack: unknown;
      readonly blindKeys?: BlindKeySet;
      /** Of the field key that a running rotation replaces: rows under both are found. */
      readonly blindKeysBefore?: BlindKeySet;
      readonly create: boolean;
      /** Damage was found before: the slice stays shut. */
      readonly isSliceDamaged?: boolean;
      /** Other than the policy's: for measurements, whose many questions are one machine's. */
      readonly revealLimits?: RevealLimits;
    },
    SliceState,
  ];
  /** Checkpoints the WAL, closes, zeroes; the process exits afterwards. */
  close: [Record<string, never>, Record<string, never>];
  state: [Record<string, never>, SliceState];
  /**
   * The same once no change of rows is being taken over: what the reader answers from its columns then is of this state.
   * `changes` counts them; where it is the same before and after several questions, all their answers are of one moment.
   */
  settledState: [Record<string, never>, { readonly state: SliceState; readonly changes: number }];
  /** Today (Shanghai) as main's clock has it; statuses depend on it. */
  setToday: [{ readonly today: number }, Record<string, never>];
  /** What the centre has marked as 核查中, all of it; nothing is read without it once this is answered. */
  setMarks: [{ readonly marks: readonly Mark[] }, Record<string, never>];

  /** First load: a new encrypted file beside the present slice, which stays searchable. Segments already applied to a left-over new file of the same manifest are reported so that they are not fetched again. */
  loadBegin: [
    { readonly region: string; readonly epoch: string; readonly manifestHash: string },
    { readonly appliedSegments: readonly string[] },
  ];
  /** One verified segment object (the whole file, still encrypted) plus its sealed private columns. */
  loadSegment: [
    {
      readonly sha256: string;
      readonly object: Uint8Array;
      readonly sealed: SealedColumns | PackedColumns | null;
    },
    { readonly rows: number },
  ];
  /** Builds indexes and digest over what is there, compares the roots of the given entities, swaps the file in. */
  loadFinish: [
    {
      readonly checkpoint: Checkpoint;
      /** The envelope that signs it, kept as it came. */
      readonly signed?: unknown;
      readonly cursor: SyncCursor;
      readonly referencePack: unknown;
      readonly withLate: boolean;
    },
    { readonly isEqual: boolean; readonly root: string },
  ];
  /** Late entities (events, training, exams, attachments) into the live slice, in slices of ≤ 10 ms. */
  lateSegment: [
    { readonly sha256: string; readonly object: Uint8Array },
    { readonly rows: number },
  ];
  /**
   * All late segments are in: their rows count from now on, and all roots are compared with the checkpoint that the
   * slice stands at. Unequal: rows that changed while they were not here are of before, and a repair brings those.
   * Null: the slice stands between two checkpoints, and the next one tells.
   */
  /** What the slice says of where certificates went: hash and length of the list, as the server signs it. */
  movesRead: [Record<string, never>, { readonly sha256: string; readonly count: number }];
  /** Puts the server's list of where certificates went in the place of what is there, and says so in the log. */
  movesPut: [{ readonly list: readonly Move[] }, Record<string, never>];
  /** Puts the names of issuers and training bodies in the place of those that are there, and says so in the log. */
  namesPut: [{ readonly pack: unknown }, Record<string, never>];
  /** The names that records show; null before the first load, or where what is stored is no such list. */
  namesRead: [Record<string, never>, ReferencePack | null];
  lateFinish: [Record<string, never>, { readonly isEqual: boolean | null; readonly root: string }];
  loadAbort: [Record<string, never>, Record<string, never>];
  /** One delta page: rows, digest, cursor and pending audit rows in one transaction of the slice. */
  applyPage: [
    {
      readonly page: Uint8Array;
      readonly sealed: Readonly<Partial<Record<Entity, SealedColumns>>>;
      readonly checkpoint: Checkpoint | null;
      /** The envelope that signs it, kept as it came. */
      readonly signed?: unknown;
    },
    { readonly rows: number; readonly isEqual: boolean | null; readonly cursor: SyncCursor },
  ];
  verify: [{ readonly mode: 'quick' }, VerifyResult];
  syncRunAdd: [SyncRunEntry, Record<string, never>];
  syncRuns: [{ readonly limit: number }, readonly SyncRunEntry[]];
  /** Small sealed key–value facts of the journal (statements, highest time seen, settings per user). */
  factGet: [{ readonly name: string }, string | null];
  factSet: [{ readonly name: string; readonly value: string }, Record<string, never>];

  auditAppend: [AuditInput, { readonly seq: number; readonly hash: string }];
  /** Acts logged by the emergency reader, in their order; known ones are left as they are. */
  auditImport: [{ readonly acts: readonly ImportedAct[] }, { readonly imported: number }];
  auditVerify: [
    Record<string, never>,
    { readonly isIntact: boolean; readonly entries: number; readonly firstFault: number | null },
  ];

  /**
   * Sealed blobs for the reveal service, in the order asked; null outside the slice or the scope. The audit
   * entry is written first, in the same call. REVEAL_LIMIT hands out nothing and is in the log too.
   */
  revealFetch: [
    {
      readonly certificateIds: readonly number[];
      readonly isBatch: boolean;
      readonly audit: AuditInput;
    },
    readonly (SealedRecord | null)[],
  ];
  /**
   * Admits and logs what `revealFetch` would, and hands out nothing: for values that lie in the store of a grant, whose people
   * have one measure an hour for all that they have shown. Fails with REVEAL_LIMIT.
   */
  revealAdmit: [StoreCalls['revealFetch'][0], Record<string, never>];
  /**
   * Rotation of the field key. Sealed rows after an id whose blob names another key version; `lastId` and
   * `scanned` tell how far it looked.
   */
  resealRead: [
    {
      readonly entity: SealedEntity;
      readonly afterId: number;
      readonly version: number;
      readonly limit: number;
    },
    SealedRows & {
      readonly lastId: number;
      readonly scanned: number;
      readonly isEnd: boolean;
    },
  ];
  /** Puts resealed values in, some milliseconds a transaction. A row that changed meanwhile is newer and stays. */
  resealWrite: [
    {
      readonly entity: SealedEntity;
      readonly before: SealedRows;
      readonly after: ResealedColumns;
    },
    { readonly written: number },
  ];
  /** Search by fragments finds rows under both; the first also tag the log. */
  setBlindKeys: [
    { readonly blindKeys: BlindKeySet; readonly blindKeysBefore?: BlindKeySet },
    Record<string, never>,
  ];
  /** Puts a file under its next key (zeroed); nothing where it is already. CANCELLED after rekeyStop. */
  rekey: [
    { readonly file: 'journal' | 'slice'; readonly nextKey: Uint8Array },
    { readonly wasNeeded: boolean; readonly bytes: number },
  ];
  rekeyStop: [Record<string, never>, Record<string, never>];
  /** The centre changed the keys of the region: what opens segments and pages from now on, packed (zeroed). */
  setTransport: [
    { readonly keys: { readonly transportPublic: Uint8Array } },
    Record<string, never>,
  ];

  countFilter: [{ readonly filter: Filter }, { readonly count: number }];
  /** A stable snapshot of matching ids to page through; rows come in pages by exportRows. */
  exportOpen: [
    { readonly filter: Filter },
    {
      readonly exportId: string;
      readonly count: number;
      readonly byStatus: Readonly<Record<string, number>>;
    },
  ];
  exportRows: [
    { readonly exportId: string; readonly limit: number },
    { readonly rows: readonly ExportSourceRow[]; readonly isLast: boolean },
  ];
  exportClose: [{ readonly exportId: string }, Record<string, never>];
  ledgerAdd: [
    {
      readonly entry: ExportLedgerEntry;
      readonly audit: AuditInput;
      /** A fact of the journal that becomes true with it. */
      readonly fact?: { readonly name: string; readonly value: string };
    },
    Record<string, never>,
  ];
  ledgerList: [{ readonly limit: number }, readonly ExportLedgerEntry[]];
  ledgerMonthCount: [{ readonly sinceMs: number }, { readonly count: number }];

  /** A port request relayed by main where a MessagePort cannot reach the process (fallback runtime). */
  portRequest: [{ readonly route: string; readonly input: unknown }, unknown];
}
export type StoreCallName = keyof StoreCalls;

/**
 * Top-level fields that hold keys in whatever call: a key, or keys by name. They cross sealed to the process's
 * point (`started`), because every channel copies its messages into buffers that nobody clears.
 */
export const SEALED_FIELDS = [
  'key',
  'keys',
  'nextKey',
  'nextKeys',
  'newKey',
  'newKeys',
  'blindKeys',
  'blindKeysBefore',
] as const;

export interface StoreRequest<C extends StoreCallName = StoreCallName> {
  readonly id: number;
  readonly call: C;
  readonly input: StoreCalls[C][0];
  /** The input's fields of SEALED_FIELDS, which are missing in `input`. */
  readonly sealed?: Uint8Array;
  /** Fields that went ahead in parts (bulk.ts) and are missing in `input`. */
  readonly bulk?: BulkFields;
}
export type StoreAnswer =
  | { readonly id: number; readonly ok: true; readonly data: unknown }
  | {
      readonly id: number;
      readonly ok: false;
      readonly error: {
        readonly code: ErrorCode;
        readonly params: ErrorParams;
        readonly detail?: string;
      };
    };

/**
 * Sent to the process together with one MessagePort (product runtime only): a page's end of the
 * store. Page requests are PortRequest, answers PortAnswer of shared/ipc/events.
 */
export interface StorePagePort {
  readonly pagePort: true;
}

/** Unasked messages of the store. */
export type StoreEvent =
  /** Once, before anything else: the point that keys are sealed to. */
  | { readonly event: 'started'; readonly point: Uint8Array }
  | {
      readonly event: 'load-progressed';
      readonly phase: 'indexing' | 'verifying';
      readonly done: number /** 0: not known. */;
      readonly total: number;
    }
  /** A file of an older schema is being brought to this build's, while `open` waits; rows done of all. */
  | { readonly event: 'upgrade-progressed'; readonly done: number; readonly total: number }
  /** The loaded slice is in place and exact search works; names by pinyin and ID fragments follow until `search-completed`. */
  | { readonly event: 'slice-swapped'; readonly rows: number }
  | { readonly event: 'search-completed' }
  | ({ readonly event: 'backup-progressed' } & BackupProgress)
  /** Bytes copied and proven of a file that changes its key. */
  | {
      readonly event: 'rekey-progressed';
      readonly file: 'journal' | 'slice';
      readonly done: number;
      readonly total: number;
    }
  /** Details of a failure whose answer carried only the reference; for the log. */
  | {
      readonly event: 'faulted';
      readonly ref: string;
      readonly code: ErrorCode;
      readonly detail: string;
      /** Database that it is about, where it is. */
      readonly file?: string;
    };
