import { type Ref, useState } from 'react';
import type { RouteOutput } from '../../../shared/ipc/contract';
import type { RestoreOutcome } from '../../../shared/ipc/routes/restore';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { useSecondsUntil } from '../../lib/use-clock';
import { Field } from '../../ui/Field';
import { SecretEntry, type SecretHandle } from '../../ui/SecretEntry';
import { UKeyEntry } from '../UKeyEntry';
import { usePinProblem } from '../use-pin-problem';

/** Somebody who could open the backup. */
export type RestorePerson = RouteOutput<'restore.pick'>['people'][number];
export type RecoveryKey = RouteOutput<'restore.pick'>['recoveryKey'];
type PersonToken = NonNullable<RestorePerson['token']>;

interface WhoFieldProps {
  readonly people: readonly RestorePerson[];
  readonly badge: string;
  readonly isDisabled: boolean;
  readonly onBadge: (badge: string) => void;
}

/** Who restores. */
export function WhoField({ people, badge, isDisabled, onBadge }: WhoFieldProps) {
  const t = useT();
  return (
    <Field label={t('restore.who')}>
      {(ids) => (
        <select
          className="input"
          id={ids.control}
          value={badge}
          disabled={isDisabled}
          onChange={(event) => onBadge(event.target.value)}
        >
          {people.map((one) => (
            <option key={one.badge} value={one.badge}>
              {`${one.name} ${one.badge}`}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface OpenStepProps {
  /** The U-Key of the time; null where the password alone opened the slot. */
  readonly token: PersonToken | null;
  readonly outcome: RestoreOutcome | null;
  readonly isBusy: boolean;
  readonly secret: Ref<SecretHandle>;
  readonly pin: Ref<SecretHandle>;
  readonly onLength: (length: number) => void;
  readonly onPinLength: (length: number) => void;
  readonly onSubmit: () => void;
}

/** The password of the time, and the PIN of the U-Key that belonged to it. */
export function OpenStep(props: OpenStepProps) {
  const { outcome, token, isBusy, secret, pin, onLength, onPinLength, onSubmit } = props;
  const t = useT();
  const pinProblem = usePinProblem();
  const [isTyped, setTyped] = useState(false);
  const seconds = useSecondsUntil(outcome?.outcome === 'wait' ? outcome.untilMs : null);
  return (
    <>
      <Field
        label={t('restore.password')}
        error={isTyped ? null : problemOf(outcome, seconds, t)}
        aside={
          outcome?.outcome === 'wrong' ? (
            <span>{t('restore.tries', { count: isolate(outcome.triesLeft) })}</span>
          ) : null
        }
      >
        {(ids) => (
          <SecretEntry
            ref={secret}
            label={t('restore.password')}
            placeholder={t('restore.password-hint')}
            describedBy={ids.describedBy}
            isDisabled={isBusy || seconds > 0}
            onSubmit={onSubmit}
            onLength={(length) => {
              setTyped(length > 0);
              onLength(length);
            }}
          />
        )}
      </Field>
      {token === null ? null : (
        <UKeyEntry
          ref={pin}
          token={token}
          problem={isTyped ? null : pinProblem(outcome)}
          isDisabled={isBusy || seconds > 0}
          onSubmit={onSubmit}
          onLength={onPinLength}
        />
      )}
    </>
  );
}

function problemOf(
  outcome: RestoreOutcome | null,
  seconds: number,
  t: ReturnType<typeof useT>,
): string | null {
  switch (outcome?.outcome) {
    case 'wrong':
      return t('restore.wrong');
    case 'wait':
      return seconds > 0 ? t('restore.wait', { seconds: isolate(formatCount(seconds)) }) : null;
    case 'administrator-needed':
      return t('restore.administrator');
    case 'token-needed':
      return t('restore.token');
    default:
      return null;
  }
}
