import type { ReadableDb } from '../database';
import type { BlindKeySet, StoreSession } from '../protocol';
import type { Rules } from './items';
import type { Warm } from './warm';

/** What every query of an open slice works with: fixed scope, rules of the day, file and copies in memory. */
export interface Desk {
  readonly db: ReadableDb;
  readonly warm: Warm;
  readonly session: StoreSession;
  /** Region prefixes that every answer is limited to. */
  readonly scopes: readonly string[];
  readonly rules: Rules;
  /** Newest first. */
  readonly blindKeys: readonly BlindKeySet[];
  /** Grows whenever the slice changes. */
  readonly version: number;
}
