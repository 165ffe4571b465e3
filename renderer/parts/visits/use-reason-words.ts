import { STATUSES, type Status } from '../../../shared/domain/model';
import type { VisitReason } from '../../../shared/ipc/routes/visits';
import { useT } from '../../i18n';
import { formatDay, formatShare, isolate, today } from '../../lib/format';

const isStatus = (word: string): word is Status => Object.hasOwn(STATUSES, word);

/** Why somebody is on the list of visits; days are counted from today. */
export function useReasonWords(): (reason: VisitReason) => string {
  const t = useT();
  return (reason) => {
    if (reason.kind === 'batch') {
      const { verdict, line } = reason;
      const word = isStatus(verdict) ? t(`status.${verdict}`) : t(`batch.verdict-${verdict}`);
      return t('report.visit-batch', { line: isolate(line), verdict: isolate(word) });
    }
    if (reason.kind === 'lapse') {
      const why = reason.features.map((feature) => t(`forecast.why-${feature}`)).join(' · ');
      const share = isolate(formatShare(reason.probability, 1));
      const said = t('report.visit-lapse', { share, day: isolate(formatDay(reason.day)) });
      return why === '' ? said : `${said} · ${why}`;
    }
    const status = t(`status.${reason.status}`);
    if (reason.day === null) return status;
    const days = reason.day - today();
    const left =
      days === 0
        ? t('report.visit-today')
        : t(days < 0 ? 'report.visit-since' : 'report.visit-until', {
            days: isolate(Math.abs(days)),
          });
    return `${status} · ${isolate(formatDay(reason.day))} · ${left}`;
  };
}
