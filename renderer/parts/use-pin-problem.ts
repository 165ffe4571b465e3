import { useT } from '../i18n';
import { isolate } from '../lib/format';
import { useFailureText } from './use-failure-text';

interface PinOutcome {
  readonly outcome: string;
  readonly code?: string;
  readonly triesLeft?: number | null;
}

/** What is wrong with the U-Key or its PIN, in words; null for every other outcome. */
export function usePinProblem(): (outcome: PinOutcome | null) => string | null {
  const t = useT();
  const text = useFailureText();
  return (outcome) => {
    if (outcome?.outcome !== 'token-failed') return null;
    const { code = 'INTERNAL', triesLeft = null } = outcome;
    if (code !== 'TOKEN_PIN_WRONG') return text({ code });
    return triesLeft === null
      ? t('ukey.pin-wrong')
      : t('ukey.pin-wrong-count', { count: isolate(triesLeft) });
  };
}
