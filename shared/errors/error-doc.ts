/** How an error code is documented where it is defined. Wording lives in the catalogues (`errors.<CODE>`). */
export interface ErrorDoc {
  /** Why it happens. */
  readonly cause: string;
  /** What the operator does. */
  readonly action: string;
  /** Whether the same act may succeed when tried again unchanged. */
  readonly isRetryable: boolean;
  /** Names of the params that the wording may use. */
  readonly params?: readonly string[];
}
