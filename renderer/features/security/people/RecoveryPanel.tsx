import { useState } from 'react';
import type { PeopleList } from '../../../../shared/ipc/routes/people';
import { useT } from '../../../i18n';
import { formatTime } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Tag } from '../../../ui/Tag';
import { MakeRecoveryDialog } from './MakeRecoveryDialog';

const LOOKS = {
  none: ['bad', 'warn'],
  held: ['warn', 'clock'],
  lost: ['bad', 'warn'],
  former: ['warn', 'warn'],
  'handed-out': ['ok', 'ok'],
} as const;

interface RecoveryPanelProps {
  readonly recovery: PeopleList['recovery'];
  readonly canMake: boolean;
  readonly onMade: () => void;
}

/** The key that two people keep in two parts, for the day when nobody's password opens the device. */
export function RecoveryPanel({ recovery, canMake, onMade }: RecoveryPanelProps) {
  const t = useT();
  const [isAsking, setAsking] = useState(false);
  const handOut = useCommand('people.hand-out');
  const [tone, icon] = LOOKS[recovery.state];

  const handOutNow = async () => {
    setAsking(false);
    onMade();
    await handOut.run({});
  };
  return (
    <section className="panel" aria-label={t('people.recovery')}>
      <header>
        <h2>{t('people.recovery')}</h2>
        <Tag tone={tone} icon={icon}>
          {t(`people.recovery-${recovery.state}-tag`)}
        </Tag>
        <span className="end row">
          {recovery.madeMs === null ? null : (
            <span className="t12 c3">
              {t('people.recovery-made')} <span className="num">{formatTime(recovery.madeMs)}</span>
            </span>
          )}
          {canMake && recovery.state !== 'held' ? (
            <Button size="s" icon="key" onClick={() => setAsking(true)}>
              {t('people.make-recovery')}
            </Button>
          ) : null}
        </span>
      </header>
      <p className="body c2">{t(`people.recovery-${recovery.state}-text`)}</p>
      {handOut.failure ? <FailureNote failure={handOut.failure} /> : null}
      {isAsking ? (
        <MakeRecoveryDialog
          isReplacing={recovery.state === 'handed-out' || recovery.state === 'former'}
          onClose={() => setAsking(false)}
          onMade={() => void handOutNow()}
        />
      ) : null}
    </section>
  );
}
