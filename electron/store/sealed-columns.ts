/**
 * Private values of a block's rows as the ingest worker made them: sealed, masked, tagged; row order.
 * For certificates: `maskedId` is the masked number, `tagWhole` the blind tag (kind whole) of the
 * number, the other tags 0; rows without a sealed number have an empty range.
 */
export interface SealedColumns {
  /** Concatenated sealed blobs; row i is [offsets[i], offsets[i+1]). An empty range: nothing sealed. */
  readonly blobs: Uint8Array;
  readonly offsets: Uint32Array;
  /** 16 bytes a row: keyed tag under K_region, zero bytes where nothing is sealed. */
  readonly keyedTags: Uint8Array;
  readonly maskedId: readonly string[];
  readonly maskedPhone: readonly (string | null)[];
  /** Blind tags, 48-bit integers; 0 = none. */
  readonly tagWhole: Float64Array;
  readonly tagRegion6: Float64Array;
  readonly tagBirth8: Float64Array;
  readonly tagLast4: Float64Array;
  readonly tagLast6: Float64Array;
  readonly tagPhone: Float64Array;
  readonly tagPhoneLast4: Float64Array;
}

export interface SyncCursor {
  readonly region: string;
  readonly epoch: string;
  readonly rseq: number;
  readonly cursor: string;
}
