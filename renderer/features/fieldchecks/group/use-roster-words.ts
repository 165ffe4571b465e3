import type { ScanCheck } from '../../../../shared/ipc/routes/scan';
import { useT } from '../../../i18n';
import type { Tone } from '../../../lib/status';
import type { IconName } from '../../../ui/icon-paths';
import { useVerdictWords } from '../scan/use-verdict-words';
import { verdictLook } from '../scan/verdict-look';

/** Word and look of what a roster says of a person. */
export function useRosterWords(): (verdict: string) => {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: IconName;
} {
  const t = useT();
  const words = useVerdictWords();
  return (verdict) => {
    if (verdict === 'missing') return { word: t('group.is-missing'), tone: 'bad', icon: 'bad' };
    const known = verdict as ScanCheck['verdict'];
    return { word: words.verdict(known), ...verdictLook(known) };
  };
}
