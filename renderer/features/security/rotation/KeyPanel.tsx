import type { RotationState } from '../../../../shared/ipc/routes/rotation';
import { useT } from '../../../i18n';
import { formatBytes, formatCount, formatTime, isolate } from '../../../lib/format';
import { Icon } from '../../../ui/Icon';

const KEYS = [
  { key: 'field', icon: 'id' },
  { key: 'slice', icon: 'layers' },
  { key: 'journal', icon: 'file' },
] as const;

/** The keys, when they were changed last, and what that change did. */
export function KeyPanel({ rotation }: { readonly rotation: RotationState }) {
  const t = useT();
  const { last } = rotation;
  return (
    <>
      <p className="body c2 rottext">{t('rotation.text')}</p>
      <ul className="body lines">
        {KEYS.map(({ key, icon }) => (
          <li key={key}>
            <Icon name={icon} size="s" />
            {t(`rotation.key-${key}`)}
            <span className="end c2">
              {last === null
                ? t('rotation.never')
                : t('rotation.changed', { time: isolate(formatTime(last.atMs)) })}
            </span>
          </li>
        ))}
      </ul>
      {last === null ? null : (
        <p className="body t12 c2 rottext">
          {t('rotation.last', {
            time: isolate(formatTime(last.atMs)),
            by: isolate(last.by),
            reason: t(`rotation.reason-${last.reason}`),
            rows: isolate(formatCount(last.rows)),
            size: isolate(formatBytes(last.bytes)),
            seconds: isolate(Math.max(1, Math.round(last.tookMs / 1000))),
          })}
        </p>
      )}
    </>
  );
}
