/** What a thread is busy with when it tells how far it has come. */
export type ProgressPhase =
  | 'indexing'
  | 'verifying'
  | 'upgrading'
  | 'rekey-journal'
  | 'rekey-slice';
