/** What a purge took away so far. */
export interface PurgeCounts {
  readonly lookUps: number;
  readonly payloads: number;
  readonly batches: number;
}

export interface RetentionCalls {
  /**
   * One small transaction of a purge; asked again until nothing is left. Content older than the given
   * times goes, audit headers stay, so that the chain still verifies. The last step writes the audit entry.
   */
  retentionPurge: [
    {
      readonly lookUpsBeforeMs: number;
      readonly batchesBeforeMs: number;
      readonly actor: string;
    },
    PurgeCounts & { readonly isDone: boolean },
  ];
}
