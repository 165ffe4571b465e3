/** What a look at every page of one open file found. */
export interface FileCheck {
  readonly pages: number;
  readonly damagedPages: number;
  /** What the engine says of the structure, table by table; null where damaged pages made the question idle. */
  readonly isSound: boolean | null;
  /** Schema version of the file and the newest that this build makes. */
  readonly version: number;
  readonly newestVersion: number;
}

export interface PagesReport {
  readonly journal: FileCheck;
  /** Null without the key to it, or before the first load. */
  readonly slice: FileCheck | null;
  readonly bytes: number;
  /** Bytes read in a second of work, the rests between the reads left out. */
  readonly bytesPerSecond: number;
}

/** The daily self-check's call of the store. */
export interface CheckCalls {
  /**
   * Walks the pages of the open files in paced steps, telling `backup-progressed` in the phase `checking`.
   * Throws BUSY beside a backup or a change of keys, CANCELLED after `backupCancel`.
   */
  checkPages: [{ readonly officeDir: string }, PagesReport];
}
