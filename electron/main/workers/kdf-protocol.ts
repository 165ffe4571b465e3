import type { Argon2Parameters } from '../../crypto/kdf';

/** Messages between main and the process that derives one key from one password and ends. */
export type KdfRequest =
  | {
      readonly kind: 'derive';
      /** Sealed to the process: parts `password` and `salt`. */
      readonly sealed: Uint8Array;
      /** Point that the answer is sealed to. */
      readonly replyTo: Uint8Array;
      readonly parameters: Argon2Parameters;
    }
  | { readonly kind: 'measure' };

export type KdfMessage =
  | { readonly kind: 'ready'; readonly point: Uint8Array }
  /** Sealed part `key`. */
  | { readonly kind: 'derived'; readonly sealed: Uint8Array }
  | { readonly kind: 'measured'; readonly parameters: Argon2Parameters }
  | { readonly kind: 'failed'; readonly detail: string };
