import type { NamedPerson } from '../../../../shared/domain/authority/certificate-holder';
import type { ShownIntent } from '../../../../shared/protocol/intents';
import type { SigningChoice } from '../tokens/tokens';
import type { ExportExtras } from './intent-words';

export type ConfirmOutcome =
  | { readonly outcome: 'signed' }
  /** Signed by the first of two persons; the other one's key is asked for now. */
  | { readonly outcome: 'review' }
  /** The second key is the first person's too. */
  | { readonly outcome: 'same-person' }
  | { readonly outcome: 'pin-wrong'; readonly triesLeft: number | null }
  | { readonly outcome: 'pin-locked' }
  | { readonly outcome: 'token-removed' }
  | { readonly outcome: 'failed'; readonly code: string };

/** What waits for a person's signature. */
export interface SigningTask {
  /** What the window is to show. Throws CANCELLED when there is nothing to sign any more. */
  shown(): ShownTask;
  /** Signs with the chosen key; a wrong PIN or a missing token leaves the task to be tried again. The caller zeroes the PIN. */
  confirm(choice: SigningChoice, pin: Uint8Array): Promise<ConfirmOutcome>;
}

export interface ShownTask {
  readonly intent: ShownIntent;
  readonly extras?: ExportExtras;
  /** In whose name it is signed. */
  readonly person: NamedPerson;
  /** Files that are signed with it, and the digest of their contents in words; none for an intent by itself. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly digestWords: string;
  readonly signatures: number;
  /** A second person signs too; `first` is who signed already, null before that. */
  readonly review: { readonly first: string | null } | null;
  readonly isPractice: boolean;
}
