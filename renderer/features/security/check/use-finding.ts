import type { CheckItem } from '../../../../shared/ipc/routes/self-check';
import { useT } from '../../../i18n';
import { formatBytes, formatCount, isolate } from '../../../lib/format';

/** Codes that mean the same whatever the item. */
const GENERAL = ['no-key', 'no-data', 'busy', 'pages-damaged', 'failed'] as const;
const BYTES = ['bytes', 'rate'];
type T = ReturnType<typeof useT>;
type Key = Parameters<T>[0];

const HOUR = 60;
const DAY = 24 * HOUR;

/** In the largest unit that still tells a little from a lot. */
function span(t: T, minutes: number): string {
  if (minutes >= 2 * DAY)
    return t('check.span-days', { count: isolate(formatCount(Math.round(minutes / DAY))) });
  if (minutes >= 3 * HOUR)
    return t('check.span-hours', { count: isolate(formatCount(Math.round(minutes / HOUR))) });
  return t('check.span-minutes', { count: isolate(formatCount(minutes)) });
}

function shown(t: T, name: string, value: string | number): string {
  if (name === 'which') return t(`check.which-${value}` as Key);
  if (typeof value === 'string') return isolate(value);
  if (name === 'minutes') return span(t, value);
  return isolate(BYTES.includes(name) ? formatBytes(value) : formatCount(value));
}

/** What an item found and what to do, in one or two sentences. */
export function useFinding(): (item: CheckItem) => string {
  const t = useT();
  return ({ name, code, params }) => {
    const general = GENERAL.find((one) => one === code);
    if (general !== undefined) return t(`check.${general}`);
    const values = Object.entries(params).map(([key, value]) => [key, shown(t, key, value)]);
    const suffix = code === 'damaged' ? 'damaged-found' : code;
    return t(`check.${name}-${suffix}` as Key, Object.fromEntries(values));
  };
}
