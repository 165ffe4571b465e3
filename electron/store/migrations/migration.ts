/** A statement of a long migration that goes over a table a part at a time. */
export interface MigrationStep {
  /**
   * Changes some rows that are not yet as they should be (`… where id in (select id … limit 500)`). It is
   * run again and again, each time in a transaction of its own, until it changes none: so it can stop and
   * go on anywhere.
   */
  readonly text: string;
  /** Counts the rows that are left to change, for the progress. */
  readonly left: string;
}

/** One version of a schema as data. Frozen once released; imports nothing of ours. */
export interface Migration {
  readonly version: number;
  /** What is quick, in one transaction with the new version's number. */
  readonly script: string;
  readonly steps?: readonly MigrationStep[];
  /** After the last step, in one transaction. */
  readonly finish?: string;
}

/** Told while steps run. */
export type TellUpgrade = (done: number, total: number) => void;
