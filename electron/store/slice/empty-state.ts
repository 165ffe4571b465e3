import type { SliceState } from '../protocol';

/** Before the first load, and for roles that hold no key to the slice. */
export const EMPTY_STATE: SliceState = {
  hasSlice: false,
  namesHash: null,
  cursor: null,
  checkpoint: null,
  counts: {},
  lastVerify: null,
  isWhole: false,
};
