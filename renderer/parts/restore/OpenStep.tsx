import { type Ref, useState } from 'react';
import type { RestoreOutcome } from '../../../shared/ipc/routes/restore';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { useSecondsUntil } from '../../lib/use-clock';
import { Field } from '../../ui/Field';
import { Icon } from '../../ui/Icon';
import { SecretEntry, type SecretHandle } from '../../ui/SecretEntry';

interface OpenStepProps {
  readonly people: readonly { readonly badge: string; readonly name: string }[];
  readonly badge: string;
  readonly outcome: RestoreOutcome | null;
  readonly isBusy: boolean;
  readonly secret: Ref<SecretHandle>;
  readonly onBadge: (badge: string) => void;
  readonly onLength: (length: number) => void;
  readonly onSubmit: () => void;
}

/** Who restores, and the password of the time. */
export function OpenStep(props: OpenStepProps) {
  const t = useT();
  const { people, badge, outcome, isBusy, secret, onBadge, onLength, onSubmit } = props;
  const [isTyped, setTyped] = useState(false);
  const seconds = useSecondsUntil(outcome?.outcome === 'wait' ? outcome.untilMs : null);
  const problem = isTyped ? null : problemOf(outcome, seconds, t);
  return (
    <div className="two">
      <Field label={t('restore.who')}>
        {(ids) => (
          <select
            className="input"
            id={ids.control}
            value={badge}
            disabled={isBusy}
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
      <Field label={t('restore.password')} error={problem}>
        {(ids) => (
          <SecretEntry
            ref={secret}
            label={t('restore.password')}
            placeholder={t('restore.password-hint')}
            describedBy={ids.describedBy}
            isDisabled={isBusy || seconds > 0}
            onSubmit={() => {
              setTyped(false);
              onSubmit();
            }}
            onLength={(length) => {
              if (length > 0) setTyped(true);
              else setTyped(false);
              onLength(length);
            }}
          />
        )}
      </Field>
      {outcome?.outcome === 'wrong' ? (
        <p className="t12 c3">
          <Icon name="info" size="s" /> {t('restore.tries', { count: isolate(outcome.triesLeft) })}
        </p>
      ) : null}
    </div>
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
