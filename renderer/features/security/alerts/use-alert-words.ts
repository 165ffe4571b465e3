import type { AlertView } from '../../../../shared/ipc/routes/alerts';
import { useT } from '../../../i18n';
import { formatCount, formatTime, isolate } from '../../../lib/format';

/** An alert in words: what it is called, why it was told, when it was. */
export function useAlertWords() {
  const t = useT();
  return {
    rule: ({ rule }: AlertView) => t(`alerts.rule-${rule}`),
    why: ({ rule, count, limit, usual }: AlertView) =>
      t(`alerts.why-${rule}`, {
        count: isolate(formatCount(count)),
        limit: isolate(formatCount(limit)),
        usual: isolate(formatCount(usual ?? 0)),
      }),
    /** From when, and until when where that is another minute. */
    when: ({ firstMs, lastMs }: AlertView): readonly string[] => {
      const [first, last] = [formatTime(firstMs), formatTime(lastMs)];
      return first === last ? [first] : [first, last];
    },
  };
}
