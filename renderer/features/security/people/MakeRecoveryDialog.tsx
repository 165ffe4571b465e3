import { useRef, useState } from 'react';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import { useT } from '../../../i18n';
import { formatCount, isolate } from '../../../lib/format';
import { useSecondsUntil } from '../../../lib/use-clock';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { RecoveryPartEntry } from '../../../parts/RecoveryPartEntry';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import type { SecretHandle } from '../../../ui/SecretEntry';

type Outcome = RouteOutput<'people.make-recovery'>;

interface MakeRecoveryDialogProps {
  /** A former key is in the hands of its keepers. */
  readonly isReplacing: boolean;
  readonly onClose: () => void;
  readonly onMade: () => void;
}

/**
 * Makes a new recovery key. By both parts of the former one it can still give an auditor the means to prove the old
 * entries of the log; without them it cannot, which is said.
 */
export function MakeRecoveryDialog({ isReplacing, onClose, onMade }: MakeRecoveryDialogProps) {
  const t = useT();
  const make = useCommand('people.make-recovery');
  const [carries, setCarries] = useState(isReplacing);
  const [areWhole, setWhole] = useState<readonly [boolean, boolean]>([false, false]);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const parts = { a: useRef<SecretHandle>(null), b: useRef<SecretHandle>(null) };
  const seconds = useSecondsUntil(outcome?.outcome === 'wait' ? outcome.untilMs : null);
  const canAct = !make.isBusy && seconds === 0 && (!carries || areWhole.every(Boolean));

  const act = async () => {
    if (!canAct) return;
    const a = parts.a.current?.peek();
    const b = parts.b.current?.peek();
    const answer = await make.run(carries && a && b ? { former: { a, b } } : {});
    for (const bytes of [a, b]) bytes?.fill(0);
    setOutcome(answer);
    if (answer?.outcome === 'part-wrong') parts[answer.part].current?.focus();
    if (answer?.outcome === 'made') onMade();
  };
  const errorOf = (part: 'a' | 'b'): string | null =>
    outcome?.outcome !== 'part-wrong' || outcome.part !== part
      ? null
      : outcome.group === null
        ? t('unlock.part-length')
        : t('unlock.part-group', { group: isolate(outcome.group) });
  const problem =
    outcome?.outcome === 'wrong-parts'
      ? t('unlock.parts-wrong')
      : outcome?.outcome === 'no-recovery-key'
        ? t('unlock.no-recovery-key')
        : seconds > 0
          ? t('unlock.wait', { seconds: isolate(formatCount(seconds)) })
          : null;
  return (
    <Dialog
      title={t('people.make-recovery')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button look="primary" icon="key" disabled={!canAct} onClick={() => void act()}>
            {t('people.make-recovery')}
          </Button>
        </>
      }
    >
      <p>{t('people.make-text')}</p>
      {isReplacing ? (
        <>
          <p className="c2">{t('people.make-replaces')}</p>
          <label className="check">
            <input
              type="checkbox"
              checked={carries}
              disabled={make.isBusy}
              onChange={(event) => {
                setCarries(event.target.checked);
                setOutcome(null);
              }}
            />
            <span>
              {t('people.carry-audit')}
              <span className="t12 c3"> {t('people.carry-audit-text')}</span>
            </span>
          </label>
        </>
      ) : null}
      {carries
        ? (['a', 'b'] as const).map((part) => (
            <RecoveryPartEntry
              key={part}
              ref={parts[part]}
              label={t(`people.former-${part}`)}
              error={errorOf(part)}
              isDisabled={make.isBusy || seconds > 0}
              onWhole={(isWhole) =>
                setWhole((before) => (part === 'a' ? [isWhole, before[1]] : [before[0], isWhole]))
              }
              onSubmit={() => (part === 'a' ? parts.b.current?.focus() : void act())}
            />
          ))
        : null}
      {problem === null ? null : (
        <p className="er" role="alert">
          {problem}
        </p>
      )}
      {make.failure ? <FailureNote failure={make.failure} /> : null}
    </Dialog>
  );
}
