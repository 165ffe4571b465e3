/**
 * How much of what is masked one person may have shown in an hour. Generous for work on a site, and far
 * below what copying a region, or guessing digits until one fits, would take. The journal counts, so that
 * neither a restart nor another window begins anew.
 */
export interface RevealLimits {
  /** Different certificates shown one by one. */
  readonly values: number;
  /** Different parts of numbers asked for in search: each answer tells what a mask hides. */
  readonly fragments: number;
  /**
   * Different whole numbers asked for in search. A mask leaves few digits open: who asks number after
   * number, until one is found, reads what it hides.
   */
  readonly numbers: number;
  /** Different certificates opened for exports and checks, all batches together. */
  readonly batch: number;
}

export const REVEAL_LIMITS: RevealLimits = {
  values: 60,
  fragments: 120,
  numbers: 600,
  batch: 2_000,
};

/** Most certificates that one batch may name; its audit entry lists them all. */
export const MAX_REVEAL_BATCH = 500;
