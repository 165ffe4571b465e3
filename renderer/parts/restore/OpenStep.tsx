import { type Ref, useState } from 'react';
import type { RestoreOutcome } from '../../../shared/ipc/routes/restore';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { useSecondsUntil } from '../../lib/use-clock';
import { Field } from '../../ui/Field';
import { SecretEntry, type SecretHandle } from '../../ui/SecretEntry';

interface WhoFieldProps {
  readonly people: readonly { readonly badge: string; readonly name: string }[];
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
  readonly outcome: RestoreOutcome | null;
  readonly isBusy: boolean;
  readonly secret: Ref<SecretHandle>;
  readonly onLength: (length: number) => void;
  readonly onSubmit: () => void;
}

/** The password of the time. */
export function OpenStep({ outcome, isBusy, secret, onLength, onSubmit }: OpenStepProps) {
  const t = useT();
  const [isTyped, setTyped] = useState(false);
  const seconds = useSecondsUntil(outcome?.outcome === 'wait' ? outcome.untilMs : null);
  return (
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
