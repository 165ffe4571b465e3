import { useEffect, useRef } from 'react';
import type { BackupChoice } from '../../../shared/ipc/routes/restore';
import { useT } from '../../i18n';
import { formatBytes, formatCount, formatTime, isolate } from '../../lib/format';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Notice } from '../../ui/PageState';
import { useFailureText } from '../use-failure-text';

interface ChooseStepProps {
  /** Null before a place was chosen. */
  readonly choices: readonly BackupChoice[] | null;
  readonly chosen: string | null;
  readonly isBusy: boolean;
  /** The list is short here: what was chosen comes into sight again. */
  readonly isTight: boolean;
  readonly onPlace: () => void;
  readonly onChoose: (id: string) => void;
}

/** The place, then one of its backups. What cannot be used says why. */
export function ChooseStep({
  choices,
  chosen,
  isBusy,
  isTight,
  onPlace,
  onChoose,
}: ChooseStepProps) {
  const t = useT();
  const text = useFailureText();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen === null || !isTight) return;
    list.current?.querySelector('.on')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, isTight]);
  return (
    <>
      <div className="drop">
        <Icon name="usb" size="l" />
        <span className="grow t12 c2">{t('restore.choose-text')}</span>
        <Button
          look={choices === null ? 'primary' : 'plain'}
          icon="file"
          disabled={isBusy}
          onClick={onPlace}
        >
          {t(choices === null ? 'restore.choose' : 'restore.choose-again')}
        </Button>
      </div>
      {choices?.length === 0 ? (
        <Notice tone="warn" icon="warn">
          {t('restore.none')}
        </Notice>
      ) : null}
      {choices !== null && choices.length > 0 ? (
        <div ref={list} className="rchoices" role="radiogroup" aria-label={t('restore.pick')}>
          {choices.map((one) => (
            <label key={one.id} className={`rc${one.id === chosen ? ' on' : ''}`}>
              <input
                type="radio"
                className="vh"
                name="backup"
                checked={one.id === chosen}
                disabled={one.fault !== null}
                onChange={() => onChoose(one.id)}
              />
              <span className="num">
                {one.createdMs === 0 ? isolate(one.generation) : formatTime(one.createdMs)}
              </span>
              <span>{one.createdMs === 0 ? '' : t(`backup.${one.kind}`)}</span>
              <span className="el">
                {one.office}
                <span className="blk c3 num el">{isolate(one.device)}</span>
              </span>
              <span className="num c2 r">
                {one.rows === 0 ? '' : isolate(formatCount(one.rows))}
              </span>
              <span className="num c2 r">
                {one.bytes === 0 ? '' : isolate(formatBytes(one.bytes))}
              </span>
              {one.fault === null ? null : (
                <span className="why">
                  <Icon name="warn" size="s" />
                  {text({ code: one.fault, params: one.faultParams })}
                </span>
              )}
            </label>
          ))}
        </div>
      ) : null}
    </>
  );
}
