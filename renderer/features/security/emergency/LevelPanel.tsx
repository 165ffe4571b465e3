import { useState } from 'react';
import { EMERGENCY_LEVELS, LOCAL_MOST } from '../../../../shared/domain/emergency/levels';
import type { EmergencyStatus } from '../../../../shared/ipc/routes/emergency';
import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { formatTime, isolate, isolateText } from '../../../lib/format';
import { Button } from '../../../ui/Button';
import { Notice } from '../../../ui/PageState';
import { Tag } from '../../../ui/Tag';
import { LevelDialog } from './LevelDialog';

interface LevelPanelProps {
  readonly level: EmergencyStatus['level'];
  readonly onChanged: () => void;
}

/** The four levels, which one is in force, who set it and why; the head sets the first two here. */
export function LevelPanel({ level, onChanged }: LevelPanelProps) {
  const t = useT();
  const isHead = useDesk((store) => store.state?.session?.role === 'head');
  const [wish, setWish] = useState<'set' | 'lift' | null>(null);
  const { drill } = level;
  const isSetHere = level.level > 0 && !level.isOrdered;
  return (
    <section className="panel emergency-levels" aria-label={t('emergency.level')}>
      <header>
        <h2>{t('emergency.level')}</h2>
        <Tag
          look="text"
          tone={level.level > 0 ? 'warn' : 'ok'}
          icon={level.level > 0 ? 'warn' : 'ok'}
        >
          {level.level > 0
            ? t('emergency.level-bar', {
                level: isolate(level.level),
                name: t(`emergency.level-${level.level}`),
              })
            : t('emergency.level-0')}
        </Tag>
        {isHead ? (
          <span className="end row">
            {isSetHere ? (
              <Button size="s" onClick={() => setWish('lift')}>
                {t('emergency.level-lift')}
              </Button>
            ) : null}
            <Button size="s" onClick={() => setWish('set')}>
              {t('emergency.level-set')}
            </Button>
          </span>
        ) : null}
      </header>
      <div className="body col g16">
        {level.sinceMs === null ? (
          <p className="c2">{t('emergency.level-none')}</p>
        ) : (
          <Notice tone="warn" icon="warn">
            {t(level.isOrdered ? 'emergency.level-since-centre' : 'emergency.level-since-head', {
              by: isolate(level.by ?? ''),
              time: isolate(formatTime(level.sinceMs)),
              reason: isolateText(level.reason),
            })}
          </Notice>
        )}
        {level.endpoints.length === 0 ? null : (
          <p className="c2">
            {t('emergency.level-endpoints', { addresses: isolate(level.endpoints.join(' ')) })}
          </p>
        )}
        <table className="tbl findings">
          <colgroup>
            <col className="w140" />
            <col />
            <col className="w180" />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">{t('emergency.level')}</th>
              <th scope="col">{t('emergency.level-what')}</th>
              <th scope="col">{t('emergency.level-who')}</th>
            </tr>
          </thead>
          <tbody>
            {EMERGENCY_LEVELS.filter((one) => one > 0).map((one) => (
              <tr key={one} data-level={one} data-now={one === level.level}>
                <td className="wraps">
                  <b>
                    <span className="num">{one}</span> {t(`emergency.level-${one}`)}
                  </b>
                  {one === level.level ? (
                    <p className="t12 low">{t('emergency.level-now')}</p>
                  ) : null}
                </td>
                <td className="wraps t12 c2">
                  {one === 0 ? null : t(`emergency.level-${one}-text`)}
                </td>
                <td className="wraps t12 c2">
                  {t(one <= LOCAL_MOST ? 'emergency.level-by-head' : 'emergency.level-by-centre')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="t12 c3" data-level-drill>
          {drill === null
            ? t('emergency.drill-none')
            : t('emergency.drill-last', {
                level: isolate(drill.level),
                time: isolate(formatTime(drill.atMs)),
                by: drill.by === null ? t('emergency.drill-centre') : isolate(drill.by),
                reason: isolateText(drill.reason),
              })}
        </p>
      </div>
      {wish === null ? null : (
        <LevelDialog
          isLifting={wish === 'lift'}
          onClose={() => setWish(null)}
          onDone={() => {
            setWish(null);
            onChanged();
          }}
        />
      )}
    </section>
  );
}
