import type { ErrorDoc } from './error-doc';

/** Rule packs. */
export const POLICY_ERRORS = {
  RULE_PACK_REFUSED: {
    cause: 'A rule pack is unsigned, malformed or fails its golden set.',
    action: 'The former pack stays in force; report it.',
    isRetryable: false,
    params: ['pack'],
  },
} as const satisfies Record<string, ErrorDoc>;
