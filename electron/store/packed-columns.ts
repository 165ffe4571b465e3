import { deserialize, serialize } from 'node:v8';
import type { SealedColumns } from './sealed-columns';

/** Sealed columns as bytes. */
export type PackedColumns = Uint8Array<ArrayBuffer>;

/**
 * Between the process that seals and the thread that writes they pass two others, which look into none of them: as bytes they
 * are moved there. As columns with tens of thousands of texts they would be read and written anew by each, which answer
 * look-ups meanwhile.
 */
export function packColumns(columns: SealedColumns): PackedColumns {
  return new Uint8Array(serialize(columns));
}

/** The columns again, from where they were packed: another program of ours, never a line or a file. */
export function unpackColumns(packed: Uint8Array): SealedColumns {
  return deserialize(packed) as SealedColumns;
}
