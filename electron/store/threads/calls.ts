import type { LapseExamples } from '../../../shared/domain/forecast/features';
import type { LapseModel } from '../../../shared/domain/forecast/lapse-model';
import type { Entity } from '../../../shared/domain/model';
import type { RevealLimits } from '../../../shared/domain/policy/reveal-limits';
import type { Filter } from '../../../shared/ipc/common';
import type { Checkpoint } from '../../../shared/protocol/manifest';
import type { AlertCalls } from '../alert-calls';
import type { AttachmentCalls } from '../attachment-calls';
import type { AuditCalls } from '../audit-calls';
import type { BatchCalls } from '../batch-calls';
import type { LapseLesson } from '../cube/lapse-keeper';
import type { DeepCalls } from '../deep-calls';
import type { PendingAudit } from '../journal/journal';
import type { OutboxCalls } from '../outbox-protocol';
import type {
  AuditInput,
  BlindKeySet,
  QueryEntry,
  SliceState,
  StoreCalls,
  StoreSession,
  SyncCursor,
} from '../protocol';
import type { ReadStanding } from '../read-standing';
import type { RepairCalls } from '../repair-calls';
import type { RetentionCalls } from '../retention-calls';
import type { ScanCalls } from '../scan-calls';
import type { Checked } from '../slice/check-basis';
import type { EntityDigest } from '../slice/digest';
import type { LoadIdentity } from '../slice/fill';
import type { Touched } from '../slice/page-rows';
import type { EntityCounts } from '../slice/state';
import type { StatisticsCalls } from '../statistics-calls';
import type { TicketCalls } from '../ticket-calls';
import type { WatchCalls } from '../watch-calls';
import type { ProgressPhase } from './progress';

type Nothing = Record<string, never>;

/** Which database files the slice has; loads happen beside the live one. */
export type SliceFile = 'live' | 'new';

/** What the journal's thread answers. */
export interface JournalCalls
  extends AlertCalls,
    AuditCalls,
    OutboxCalls,
    RetentionCalls,
    Omit<StatisticsCalls, 'statisticsCount'>,
    TicketCalls,
    Omit<WatchCalls, 'watchRead'>,
    Omit<BatchCalls, 'batchJudge' | 'batchStanding' | 'batchStep'> {
  open: readonly [
    {
      readonly officeDir: string;
      readonly key: Uint8Array;
      readonly keyNext: Uint8Array | null;
      /** Open the journal's word key; empty for a role without certificate data. */
      readonly sliceKeys: readonly Uint8Array[];
      readonly session: StoreSession;
      readonly create: boolean;
      readonly firstAuditKey: Uint8Array | null;
      readonly revealLimits: RevealLimits;
    },
    { readonly isUnderNext: boolean },
  ];
  /** An upgrade counts from here on; nothing else is written before. */
  settle: readonly [Nothing, Nothing];
  /** The slice is about to be put under this key: it opens the journal's words too from here on. */
  wordKey: readonly [{ readonly next: Uint8Array }, Nothing];
  /** Undoes an upgrade that is not settled; the journal is closed then. */
  takeBack: readonly [Nothing, { readonly wasUpgraded: boolean }];
  /** Logs a reveal and lets it pass, or fails with REVEAL_LIMIT. */
  admitReveal: readonly [StoreCalls['revealFetch'][0], Nothing];
  append: readonly [AuditInput, { readonly seq: number; readonly hash: string }];
  verifyAudit: readonly [Nothing, StoreCalls['auditVerify'][1]];
  logQuery: readonly [QueryEntry, Nothing];
  importActs: StoreCalls['auditImport'];
  copyPending: readonly [readonly PendingAudit[], Nothing];
  syncRunAdd: StoreCalls['syncRunAdd'];
  syncRuns: StoreCalls['syncRuns'];
  /** Certificates that people here looked at or follow. */
  interests: readonly [{ readonly limit: number }, readonly number[]];
  factGet: StoreCalls['factGet'];
  factSet: StoreCalls['factSet'];
  ledgerAdd: StoreCalls['ledgerAdd'];
  ledgerList: StoreCalls['ledgerList'];
  ledgerMonthCount: StoreCalls['ledgerMonthCount'];
  rekey: readonly [{ readonly next: Uint8Array }, StoreCalls['rekey'][1]];
  rekeyStop: readonly [Nothing, Nothing];
  close: readonly [Nothing, Nothing];
}

/** What the slice's writer answers. */
export interface WriterCalls {
  open: readonly [
    {
      readonly officeDir: string;
      readonly key: Uint8Array;
      readonly keyNext: Uint8Array | null;
      readonly transportPublic: Uint8Array | null;
      /** It is known to be damaged and stays shut. */
      readonly isDamaged: boolean;
    },
    {
      readonly state: SliceState;
      readonly isSearchComplete: boolean;
      readonly isUnderNext: boolean;
    },
  ];
  /** As the journal's. */
  settle: readonly [Nothing, Nothing];
  /** Keys that open the public part, packed (crypto/transport-ring.ts), in the place of those there are. */
  setTransport: readonly [{ readonly transportPublic: Uint8Array }, Nothing];
  state: readonly [Nothing, SliceState];
  loadBegin: readonly [LoadIdentity, { readonly appliedSegments: readonly string[] }];
  loadSegment: readonly [
    StoreCalls['loadSegment'][0],
    { readonly rows: number; readonly entity: Entity },
  ];
  /** Rows of the segments that are in. */
  loadedRows: readonly [Nothing, EntityCounts];
  loadIndex: readonly [{ readonly withLate: boolean }, Nothing];
  loadSeal: readonly [
    {
      readonly digests: readonly EntityDigest[];
      readonly checkpoint: Checkpoint;
      readonly signed?: unknown;
      readonly cursor: SyncCursor;
      readonly referencePack: unknown;
      readonly withLate: boolean;
    },
    { readonly isEqual: boolean; readonly root: string },
  ];
  /** Makes in the loaded file what search by pinyin and fragments needs. */
  loadComplete: readonly [Nothing, Nothing];
  /** Brings both files' logs in, so that the exchange itself, which look-ups wait for, is short. */
  swapPrepare: readonly [Nothing, Nothing];
  /** Moves the loaded file into the place of the live one; nobody else may have either open. */
  swap: readonly [Nothing, Nothing];
  /** After an exchange: the former file, and the memory that the load took. */
  giveBack: readonly [Nothing, Nothing];
  completeSearch: readonly [Nothing, Nothing];
  loadAbort: readonly [Nothing, Nothing];
  lateSegment: readonly [
    { readonly sha256: string; readonly object: Uint8Array },
    { readonly rows: number },
  ];
  lateIndex: readonly [Nothing, Nothing];
  lateSeal: readonly [{ readonly digests: readonly EntityDigest[] }, StoreCalls['lateFinish'][1]];
  applyPage: readonly [
    StoreCalls['applyPage'][0],
    StoreCalls['applyPage'][1] & { readonly touched: Touched },
  ];
  repairBegin: readonly [
    { readonly digests: readonly EntityDigest[] },
    RepairCalls['repairBegin'][1],
  ];
  repairNodes: RepairCalls['repairNodes'];
  repairLeaves: RepairCalls['repairLeaves'];
  repairApply: readonly [
    RepairCalls['repairApply'][0],
    RepairCalls['repairApply'][1] & { readonly touched: Touched },
  ];
  repairEnd: RepairCalls['repairEnd'];
  deepWrite: DeepCalls['deepWrite'];
  deepNamesWrite: readonly [
    DeepCalls['deepNamesWrite'][0],
    DeepCalls['deepNamesWrite'][1] & { readonly certificates: readonly number[] },
  ];
  deepStructureWrite: DeepCalls['deepStructureWrite'];
  deepFound: DeepCalls['deepFound'];
  namesPut: StoreCalls['namesPut'];
  namesRead: StoreCalls['namesRead'];
  movesRead: StoreCalls['movesRead'];
  movesPut: StoreCalls['movesPut'];
  dropLive: readonly [Nothing, Nothing];
  resealWrite: StoreCalls['resealWrite'];
  /** Makes the copy under the next key; then, with nobody else at the file, puts it in place. */
  rekeyPrepare: readonly [{ readonly next: Uint8Array }, StoreCalls['rekey'][1]];
  rekeySwap: readonly [Nothing, Nothing];
  rekeyErase: readonly [Nothing, Nothing];
  rekeyStop: readonly [Nothing, Nothing];
  /** Notes a check's result where nothing that was found since speaks against it. */
  verified: readonly [Checked, Nothing];
  pendingAudit: readonly [Nothing, readonly PendingAudit[]];
  forgetPending: readonly [readonly string[], Nothing];
  close: readonly [Nothing, Nothing];
}

export interface ReaderSetup {
  readonly officeDir: string;
  readonly key: Uint8Array;
  readonly keyNext: Uint8Array | null;
  readonly session: StoreSession;
  readonly rulePack: unknown;
  /** Newest first; none where the role reads no certificates. */
  readonly blindKeys: readonly BlindKeySet[];
  readonly today: number;
}

/** What a reader answers. Two run: one for the person's look-ups and boards, one for checks and exports. */
export interface ReaderCalls {
  setup: readonly [ReaderSetup, Nothing];
  /** Opens the live slice; `warm` builds the columns and name index in the background. */
  /** Reads what searches of the loaded file need into memory, while the live one answers. */
  prepare: readonly [Nothing, Nothing];
  /** `isPrepared`: it is the file that was prepared. */
  openSlice: readonly [{ readonly warm: boolean; readonly isPrepared: boolean }, Nothing];
  closeSlice: readonly [Nothing, Nothing];
  setToday: readonly [{ readonly today: number }, Nothing];
  setMarks: StoreCalls['setMarks'];
  /** Brings copies in memory up to date after a page. */
  refresh: readonly [Touched, Nothing];
  /** Names have keys now: builds the name index again. */
  rebuildNames: readonly [Nothing, Nothing];
  /** Late entities are in: reads the periods. */
  rebuildPeriods: readonly [Nothing, Nothing];
  port: readonly [
    { readonly route: string; readonly input: unknown },
    { readonly answer: unknown; readonly log: QueryEntry | null },
  ];
  /** What the forecast may learn from in another thread; null when it has learned. */
  lapseLesson: readonly [Nothing, LapseLesson | null];
  /** Learns, in steps; needs no slice. Throws CANCELLED where it is called off. */
  lapseLearn: readonly [{ readonly examples: LapseExamples }, LapseModel];
  /** Calls off what is being learned there. */
  lapseStop: readonly [Nothing, Nothing];
  /** Null: it was called off. */
  lapseTake: readonly [{ readonly key: string; readonly model: LapseModel | null }, Nothing];
  watchRead: readonly [WatchCalls['watchRead'][0], readonly ReadStanding[]];
  statisticsCount: StatisticsCalls['statisticsCount'];
  countFilter: readonly [{ readonly filter: Filter }, { readonly count: number }];
  /** Reads a committed segment of the load back, while the next one is written. */
  follow: readonly [{ readonly entity: Entity }, Nothing];
  /** Digests of what was followed, all entities or none; closes the loaded file here. */
  followEnd: readonly [Nothing, readonly EntityDigest[]];
  digest: readonly [
    { readonly file: SliceFile; readonly entities: readonly Entity[] },
    readonly EntityDigest[],
  ];
  verify: readonly [Nothing, Checked];
  attachmentsOf: AttachmentCalls['attachmentsOf'];
  attachmentsNamed: AttachmentCalls['attachmentsNamed'];
  attachmentsWanted: readonly [
    AttachmentCalls['attachmentsWanted'][0] & { readonly first: readonly number[] },
    AttachmentCalls['attachmentsWanted'][1],
  ];
  deepRead: DeepCalls['deepRead'];
  deepNames: DeepCalls['deepNames'];
  deepStructure: DeepCalls['deepStructure'];
  /** Has the saved columns follow the rows, where there are at least so many certificates; answers how many files changed. */
  columnsKeep: readonly [{ readonly least: number }, { readonly written: number }];
  /** Takes the saved columns away. */
  columnsForget: readonly [Nothing, Nothing];
  /** Reads everything in memory anew, from the rows alone. */
  rebuild: readonly [Nothing, Nothing];
  revealFetch: readonly [
    { readonly certificateIds: readonly number[] },
    StoreCalls['revealFetch'][1],
  ];
  batchJudge: BatchCalls['batchJudge'];
  batchStanding: BatchCalls['batchStanding'];
  scanJudge: ScanCalls['scanJudge'];
  resealRead: StoreCalls['resealRead'];
  setBlindKeys: readonly [{ readonly sets: readonly BlindKeySet[] }, Nothing];
  /** The slice may be under this key when it is opened again. */
  setNextKey: readonly [{ readonly next: Uint8Array }, Nothing];
  exportOpen: StoreCalls['exportOpen'];
  exportRows: StoreCalls['exportRows'];
  exportClose: StoreCalls['exportClose'];
  close: readonly [Nothing, Nothing];
}

/** Messages of a thread that answer nothing. */
export interface ThreadProgress {
  readonly progress: {
    readonly phase: ProgressPhase;
    readonly done: number;
    readonly total: number;
  };
}
