import { useId } from 'react';
import { useT } from '../i18n';
import { useDesk } from '../lib/desk-store';
import { formatTime } from '../lib/format';
import { useMinute } from '../lib/use-clock';

const CELL_WIDTH = 560;
const CELL_HEIGHT = 200;
const LRM = '\u200e';

/** Who looks, from where and when, quietly over every page with records. */
export function Watermark() {
  const t = useT();
  const id = useId();
  const now = useMinute();
  const session = useDesk((store) => store.state?.session);
  const place = useDesk((store) => store.state?.place);
  if (!session || !place) return null;
  const where = place.ip ?? `${t('shell.offline')} ${place.device}`;
  const text = `${session.name}${LRM} ${session.badge} · ${where}${LRM} · ${formatTime(now)}`;
  return (
    <svg className="wm" aria-hidden="true" data-testid="watermark">
      <defs>
        <pattern
          id={id}
          width={CELL_WIDTH}
          height={CELL_HEIGHT}
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(-18)"
        >
          <text x="0" y="40" direction="ltr">
            {text}
          </text>
          <text x={-CELL_WIDTH / 2} y="140" direction="ltr">
            {text}
          </text>
          <text x={CELL_WIDTH / 2} y="140" direction="ltr">
            {text}
          </text>
        </pattern>
      </defs>
      <rect width="100%" height="100%" fill={`url(#${id})`} />
    </svg>
  );
}
