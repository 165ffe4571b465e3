import type { AlertRulesView, AlertView } from '../../../../shared/ipc/routes/alerts';
import { useT } from '../../../i18n';
import { formatCount, formatTime, isolate } from '../../../lib/format';

/** An alert in words: what it is called, why it was told, when it was; and by whose thresholds. */
export function useAlertWords({ thresholds, signed }: AlertRulesView) {
  const t = useT();
  const number = (value: number) => isolate(formatCount(value));
  return {
    rule: ({ rule }: AlertView) => t(`alerts.rule-${rule}`),
    why: ({ rule, count, limit, usual }: AlertView) =>
      t(`alerts.why-${rule}`, {
        count: number(count),
        limit: number(limit),
        usual: number(usual ?? 0),
        from: number(thresholds.nightFromHour),
        to: number(thresholds.nightToHour),
        days: number(thresholds.sameDays),
        minutes: number(thresholds.differentMinutes),
        share: number(thresholds.exportShare),
      }),
    /** From when, and until when where that is another minute. */
    when: ({ firstMs, lastMs }: AlertView): readonly string[] => {
      const [first, last] = [formatTime(firstMs), formatTime(lastMs)];
      return first === last ? [first] : [first, last];
    },
    source:
      signed === null
        ? t('alerts.rules-shipped')
        : t('alerts.rules-signed', {
            number: number(signed.number),
            day: isolate(formatTime(signed.setMs)),
          }),
  };
}
