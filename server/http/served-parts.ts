import type { ActDesk } from '../control/act-desk';
import type { ServerParts } from './parts';

/** What only routes need: acts do their work by everything that is answered from the others. */
export type ServedParts = ServerParts & {
  /** Administrative acts by two persons. */
  readonly acts: () => ActDesk;
};
