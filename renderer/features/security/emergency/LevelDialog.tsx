import { useId, useState } from 'react';
import { say, useT } from '../../../i18n';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { NoteField } from '../../../ui/NoteField';
import { Segmented } from '../../../ui/Segmented';
import { Switch } from '../../../ui/Switch';
import { showToast } from '../../../ui/toast-store';

interface LevelDialogProps {
  readonly isLifting: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** The head sets level 1 or 2 with a reason, practises it, or lifts what was set here. */
export function LevelDialog({ isLifting, onClose, onDone }: LevelDialogProps) {
  const t = useT();
  const set = useCommand('emergency.set-level');
  const [level, setLevel] = useState<'1' | '2'>('1');
  const [reason, setReason] = useState('');
  const drillLabel = useId();
  const [isDrill, setDrill] = useState(false);
  const act = async () => {
    const wanted = isLifting ? 0 : level === '1' ? 1 : 2;
    if ((await set.run({ level: wanted, reason: reason.trim(), isDrill })) === null) return;
    showToast({
      tone: 'ok',
      text: () => say(isDrill ? 'emergency.level-drilled' : 'emergency.level-changed'),
    });
    onDone();
  };
  return (
    <Dialog
      title={t(isLifting ? 'emergency.level-lift' : 'emergency.level-set')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button
            look="primary"
            disabled={set.isBusy || reason.trim().length < 4}
            onClick={() => void act()}
          >
            {t(isLifting ? 'emergency.level-lift' : 'emergency.level-set')}
          </Button>
        </>
      }
    >
      {isLifting ? null : (
        <>
          <Segmented
            label={t('emergency.level')}
            value={level}
            choices={[
              { value: '1', label: t('emergency.level-1') },
              { value: '2', label: t('emergency.level-2') },
            ]}
            onChange={setLevel}
          />
          <p className="c2">
            {t('emergency.level-1-text')} {level === '2' ? t('emergency.level-2-text') : null}
          </p>
        </>
      )}
      <NoteField
        label={t('emergency.level-reason')}
        hint={t('emergency.level-reason-hint')}
        longest={300}
        value={reason}
        onText={setReason}
      />
      {isLifting ? null : (
        <div className="row">
          <Switch labelledBy={drillLabel} isOn={isDrill} onChange={setDrill} />
          <span id={drillLabel}>{t('emergency.drill')}</span>
        </div>
      )}
      <p className="t12 c3">{t('emergency.level-confirm-text')}</p>
      {set.failure ? <FailureNote failure={set.failure} /> : null}
    </Dialog>
  );
}
