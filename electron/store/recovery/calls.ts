import type { ErrorCode, ErrorParams } from '../../../shared/errors/app-error';
import type { DamagedPart } from '../pages/survey';

/** Why a slice stays shut although the journal is open: neither replaced nor changed before a person decides. */
export interface SliceFault {
  readonly code: ErrorCode;
  readonly file: string;
  /** What the code's wording names: file, versions. */
  readonly params: ErrorParams;
  readonly detail: string;
}

/**
 * The key of one file and, while a rotation runs, the one that is to replace it: the file may be under either.
 * Zeroed by whoever gets them.
 */
export interface EitherKey {
  readonly key: Uint8Array;
  readonly nextKey?: Uint8Array;
}

/** Keys with which a recovery reads, of both files; as EitherKey. */
export interface RecoveryKeys {
  readonly journal: Uint8Array;
  readonly journalNext?: Uint8Array;
  /** Absent for roles that hold no key to certificate data. */
  readonly slice?: Uint8Array;
  readonly sliceNext?: Uint8Array;
}

export type FileState = 'intact' | 'damaged' | 'missing' | 'foreign' | 'newer' | 'unchecked';

/** What one file of the office looks like. */
export interface FileDiagnosis {
  readonly file: 'journal.db' | 'slice.db';
  readonly state: FileState;
  readonly pages: number;
  readonly damagedPages: number;
  /** At most 200. */
  readonly parts: readonly DamagedPart[];
  /** Rows on whole pages, by table; empty where nothing can be read. */
  readonly readableRows: Readonly<Record<string, number>>;
  /** Schema version, or null when it cannot be read. */
  readonly version: number | null;
  /** What the engine's own check says; null when it was not asked. */
  readonly isSound: boolean | null;
}

/** What of the journal can be read: it exists nowhere else. */
export interface JournalDiagnosis {
  readonly audit: {
    readonly entries: number;
    readonly isIntact: boolean;
    readonly firstFault: number | null;
    /** The newest entry that can be read. */
    readonly head: { readonly seq: number; readonly hash: string } | null;
  };
  readonly outbox: { readonly readable: number; readonly unsent: number };
  /** SHA-256 over the readable entries' hashes and the readable commands' keys, hex. */
  readonly digest: string;
}

export interface Diagnosis {
  readonly journal: FileDiagnosis;
  /** Null for roles that hold no key to it. */
  readonly slice: FileDiagnosis | null;
  readonly content: JournalDiagnosis | null;
  readonly tookMs: number;
}

/** Rows taken out of a journal, damaged or not, by table. */
export interface SalvageReport {
  readonly rows: Readonly<Record<string, number>>;
  readonly damagedPages: number;
}

/** What the new journal's first entry says of the old one. */
export interface RenewReport extends SalvageReport {
  readonly content: JournalDiagnosis | null;
  /** Folder of the office in which the old file lies, as it was. */
  readonly keptIn: string;
}

/** Calls of the store process that work on files which do not open. */
export interface RecoveryCalls {
  /** Looks at every page of the office's files; changes nothing. */
  diagnose: [{ readonly officeDir: string; readonly keys: RecoveryKeys }, Diagnosis];
  /** Renames the slice's files into the office's folder of damaged files; the next one may then be loaded. */
  setAsideSlice: [
    { readonly officeDir: string; readonly atMs: number },
    { readonly keptIn: string | null },
  ];
  /**
   * Puts a slice of every readable row in the place of one that does not open, which is kept as it was. What
   * is missing is fetched by the repair of the next synchronisation. STORE_CORRUPT where too little is left.
   */
  salvageSlice: [
    EitherKey & { readonly officeDir: string; readonly atMs: number },
    { readonly rows: number; readonly damagedPages: number; readonly keptIn: string },
  ];
  /** Copies every readable row of the journal into a new encrypted file at `path` under `newKey`. */
  salvage: [
    EitherKey & {
      readonly officeDir: string;
      readonly newKey: Uint8Array;
      readonly path: string;
      /** Open what is sealed in the journal, so that the centre reads it; of a role without certificate data none. */
      readonly sliceKeys?: readonly Uint8Array[];
    },
    SalvageReport,
  ];
  /**
   * Puts a new journal in the place of one that does not open: it carries over all that can be read but
   * the audit entries, which stay in the old file; its first entry says where the old chain ended.
   */
  renewJournal: [
    EitherKey & {
      readonly officeDir: string;
      readonly userId: string;
      readonly deviceId: string;
      readonly fault: string;
      readonly atMs: number;
    },
    RenewReport,
  ];
}
