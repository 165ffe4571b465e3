import { useT } from '../../i18n';
import { formatTime, isolate } from '../../lib/format';
import { useMinute } from '../../lib/use-clock';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long a grant goes on. */
export function TimeLeft({ untilMs }: { readonly untilMs: number }) {
  const t = useT();
  const left = Math.max(0, untilMs - useMinute());
  const text =
    left >= DAY_MS
      ? t('crossregion.days-left', { days: isolate(Math.floor(left / DAY_MS)) })
      : t('crossregion.hours-left', { hours: isolate(Math.floor(left / HOUR_MS)) });
  return (
    <span className="t12 c2" title={formatTime(untilMs)}>
      {text}
    </span>
  );
}
