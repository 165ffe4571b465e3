import { useState } from 'react';
import type { PeopleList } from '../../../../shared/ipc/routes/people';
import { useT } from '../../../i18n';
import { formatTime } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Tag } from '../../../ui/Tag';

const LOOKS = {
  none: ['bad', 'warn'],
  held: ['warn', 'clock'],
  lost: ['bad', 'warn'],
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
  const make = useCommand('people.make-recovery');
  const handOut = useCommand('people.hand-out');
  const [tone, icon] = LOOKS[recovery.state];

  const act = async () => {
    if (!(await make.run({}))) return;
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
        <Dialog
          title={t('people.make-recovery')}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>{t('act.cancel')}</Button>
              <Button look="primary" icon="key" disabled={make.isBusy} onClick={() => void act()}>
                {t('people.make-recovery')}
              </Button>
            </>
          }
        >
          <p>{t('people.make-text')}</p>
          {recovery.state === 'handed-out' ? (
            <p className="c2">{t('people.make-replaces')}</p>
          ) : null}
          {make.failure ? <FailureNote failure={make.failure} /> : null}
        </Dialog>
      ) : null}
    </section>
  );
}
