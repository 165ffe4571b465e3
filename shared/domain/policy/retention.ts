const DAY_MS = 86_400_000;

/** The law's minimum in years; not to be shortened. */
export const RETENTION_YEARS = { lookUps: 3, batches: 5 } as const;

/** How long records of acts are kept before their content goes; a year counts as 366 days. */
export const RETENTION = {
  /** Look-ups, views and what the audit log says of them. */
  lookUpsMs: RETENTION_YEARS.lookUps * 366 * DAY_MS,
  /** Batch verifications. */
  batchesMs: RETENTION_YEARS.batches * 366 * DAY_MS,
  /** A purge never reaches further than this beyond the one before: a wrong clock cannot empty the log. */
  stepMs: 31 * DAY_MS,
} as const;

/**
 * The time up to which a purge may reckon: never later than what the server signed last plus one step,
 * whatever the machine's clock says, and never more than a step beyond the last purge. Null where the
 * server's time is not known. UTC ms.
 */
export function credibleNowMs(facts: {
  readonly clockMs: number;
  readonly serverMs: number | null;
  readonly lastMs: number | null;
}): { readonly nowMs: number; readonly isHeld: boolean } | null {
  const { clockMs, serverMs, lastMs } = facts;
  if (serverMs === null) return null;
  const byServer = Math.min(clockMs, serverMs + RETENTION.stepMs);
  // The first purge of an office has nothing to reckon from but the server.
  const nowMs =
    lastMs === null ? byServer : Math.min(byServer, Math.max(lastMs, serverMs) + RETENTION.stepMs);
  return { nowMs, isHeld: clockMs - nowMs > RETENTION.stepMs };
}
