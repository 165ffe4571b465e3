type Nothing = Record<string, never>;

/** What main tells the store to back up, and where. Paths come from main's dialogs and settings only. */
export interface BackupOrder {
  readonly place: string;
  readonly placeId: string | null;
  readonly officeDir: string;
  /** Evidence that the server does not have yet; beside the office. */
  readonly evidenceDir?: string;
  readonly office: { readonly code: string; readonly name: string };
  readonly deviceId: string;
  /** An incremental one without a usable parent becomes a full one. */
  readonly kind: 'full' | 'incremental';
  readonly program: string;
  readonly nowMs: number;
  /** Largest file on the place; smaller in tests. */
  readonly chunkBytes?: number;
}

export interface BackupOutcome {
  readonly generation: number;
  readonly kind: 'full' | 'incremental';
  /** Bytes written to the place. */
  readonly bytes: number;
  readonly pages: number;
  /** Pages of the slice that were stored. */
  readonly stored: number;
  /** The slice is in it and its pages were verified. */
  readonly isChecked: boolean;
  readonly tookMs: number;
}

/** Which generation, by the names of its folders. */
export interface GenerationRef {
  readonly place: string;
  readonly set: string;
  readonly generation: number;
}

/** What opening a copy proved. */
export interface CopyReport {
  readonly generation: number;
  readonly createdMs: number;
  /** Generations that it was put together from. */
  readonly chain: number;
  readonly pages: number;
  readonly bytes: number;
  readonly auditEntries: number;
  readonly rows: number;
  /** The slice was opened and its digest recomputed; false where the role holds no key to it. */
  readonly isSliceProven: boolean;
  readonly tookMs: number;
}

/** The journal that lies in an office's folder now. */
export interface PresentJournal {
  readonly state: 'missing' | 'healthy' | 'damaged' | 'other-key';
  readonly entries: number;
  /** UTC ms of its newest entry. */
  readonly lastMs: number | null;
  /** It goes on where the backup's journal ends: what is newer is in it alone. */
  readonly isContinuation: boolean;
  /** Commands to the server that it has not acknowledged. */
  readonly unsent: number;
}

export interface RestoreKeys {
  readonly journal: Uint8Array;
  readonly slice: Uint8Array | null;
}

export interface RestoreOrder extends GenerationRef {
  /** An empty folder that becomes the office's. */
  readonly targetDir: string;
  /** The present office's folder, whose journal goes on; null: the backup's journal. */
  readonly keepJournalOf: string | null;
  readonly keys: RestoreKeys;
  /** Who restores, and by what: for the audit entry. */
  readonly actor: { readonly userId: string; readonly by: 'password' | 'recovery-key' | 'drill' };
  readonly deviceId: string;
  readonly nowMs: number;
}

/** Calls of the store process for backups; the restoring ones work without an open store. */
export interface BackupCalls {
  backupRun: [BackupOrder, BackupOutcome];
  /**
   * Puts a generation together in `workDir` (emptied before, removed afterwards) and opens it. A drill restores
   * the whole office there.
   */
  backupVerify: [
    GenerationRef & {
      readonly workDir: string;
      readonly drill: { readonly userId: string; readonly deviceId: string } | null;
    },
    CopyReport,
  ];
  /**
   * Removes chains beyond the newest `keepChains` whose slice was read by whoever made them. Only after a proof of the
   * newest: what nobody has opened replaces nothing.
   */
  backupPrune: [
    { readonly place: string; readonly set: string; readonly keepChains: number },
    { readonly removed: number },
  ];
  backupCancel: [Nothing, Nothing];
  /** Looks at an office's journal without changing it. `keys` are zeroed. */
  restoreCompare: [
    {
      readonly officeDir: string;
      readonly keys: RestoreKeys;
      /** Where the backup's journal ends. */
      readonly head: { readonly seq: number; readonly hash: string };
    },
    PresentJournal,
  ];
  /** Fills `targetDir` from a generation and proves what it filled. `keys` are zeroed. */
  restoreFill: [RestoreOrder, CopyReport];
}

export interface BackupProgress {
  readonly phase: 'slice' | 'journal' | 'checking' | 'assembling' | 'proving';
  readonly doneBytes: number;
  /** 0: not known. */
  readonly totalBytes: number;
}
