import type { AdminPart } from '../admin-acts';
import type { ActField, ActKind } from './facts';

/** What acts, their fields and choices are called: the same words in the signing window and on the page. */
export interface ActWords {
  readonly kinds: Readonly<Record<ActKind, string>>;
  readonly fields: Readonly<Record<ActField, string>>;
  readonly parts: Readonly<Record<AdminPart, string>>;
  /** Of values that are codes. What is not in it is shown as it is. */
  readonly choices: Readonly<Record<string, string>>;
}
