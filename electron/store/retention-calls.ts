/** What a purge took away so far, or would take: look-ups, contents of audit entries, rows of batches, settled reports, visits and notes. */
export interface PurgeCounts {
  readonly lookUps: number;
  readonly payloads: number;
  readonly batches: number;
  readonly reports: number;
  readonly visits: number;
}

/** What is older than these goes, UTC ms. */
export interface PurgeCuts {
  readonly lookUpsBeforeMs: number;
  readonly batchesBeforeMs: number;
}

export interface RetentionCalls {
  /**
   * One small transaction of a purge; asked again until nothing is left. Content older than the given
   * times goes, audit headers stay, so that the chain still verifies. The last step writes the audit entry.
   * FORBIDDEN for the three administrators: they may not end what they cannot read.
   */
  retentionPurge: [
    PurgeCuts & { readonly actor: string },
    PurgeCounts & { readonly isDone: boolean },
  ];
  /** What a purge to these times would take. Changes nothing; FORBIDDEN as above. */
  retentionPreview: [PurgeCuts, PurgeCounts];
}
