import { useT } from '../i18n';
import { useDesk } from '../lib/desk-store';
import { formatCount, isolate } from '../lib/format';
import { Notice } from '../ui/PageState';

const HOUR_MS = 3_600_000;

/** This computer's clock differs from the server's time: said where a wrong clock would mislead. */
export function ClockNotice() {
  const t = useT();
  const wrongByMs = useDesk((store) => store.state?.clockWrongByMs ?? 0);
  if (wrongByMs === 0) return null;
  const hours = Math.max(1, Math.round(Math.abs(wrongByMs) / HOUR_MS));
  const isDays = hours >= 48;
  const count = isolate(formatCount(isDays ? Math.round(hours / 24) : hours));
  const span = t(isDays ? 'device.days' : 'device.hours', { count });
  return (
    <Notice tone="warn" icon="clock">
      {t(wrongByMs > 0 ? 'device.clock-ahead' : 'device.clock-behind', { span })}
    </Notice>
  );
}
