import { useRef, useState } from 'react';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import { say, useT } from '../../../i18n';
import { formatCount, isolate } from '../../../lib/format';
import { useSecondsUntil } from '../../../lib/use-clock';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { NewPassword, type NewPasswordHandle } from '../../../parts/NewPassword';
import { useFailureText } from '../../../parts/use-failure-text';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Field } from '../../../ui/Field';
import { SecretEntry, type SecretHandle } from '../../../ui/SecretEntry';

type Outcome = RouteOutput<'people.change-password'>;

interface ChangePasswordDialogProps {
  /** The person's slot has a U-Key: its PIN is asked too. */
  readonly hasToken: boolean;
  readonly minLength: number;
  readonly onClose: () => void;
  readonly onDone: (said: () => string) => void;
}

/** The own password, by the old one. */
export function ChangePasswordDialog({
  hasToken,
  minLength,
  onClose,
  onDone,
}: ChangePasswordDialogProps) {
  const t = useT();
  const old = useRef<SecretHandle>(null);
  const next = useRef<NewPasswordHandle>(null);
  const pin = useRef<SecretHandle>(null);
  const text = useFailureText();
  const [length, setLength] = useState(0);
  const [pinLength, setPinLength] = useState(0);
  const [isReady, setReady] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const change = useCommand('people.change-password');
  const seconds = useSecondsUntil(outcome?.outcome === 'wait' ? outcome.untilMs : null);
  const canAct =
    !change.isBusy && seconds === 0 && length > 0 && isReady && (!hasToken || pinLength > 0);

  const submit = async () => {
    if (!canAct) return;
    const fresh = next.current?.take() ?? null;
    if (fresh === null) return;
    const password = old.current?.take() ?? new Uint8Array(0);
    const key = pin.current?.take();
    const answer = await change.run({
      password,
      next: fresh,
      ...(key === undefined ? {} : { pin: key }),
    });
    key?.fill(0);
    password.fill(0);
    fresh.fill(0);
    setOutcome(answer);
    if (answer?.outcome === 'changed') onDone(() => say('people.password-changed'));
    else old.current?.focus();
  };
  return (
    <Dialog
      isWide
      title={t('people.change-password')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button look="primary" icon="lock" disabled={!canAct} onClick={() => void submit()}>
            {change.isBusy ? t('people.changing') : t('people.change-password')}
          </Button>
        </>
      }
    >
      <Field label={t('people.old-password')} error={problemOf(outcome, seconds, t)}>
        {(ids) => (
          <SecretEntry
            ref={old}
            label={t('people.old-password')}
            placeholder={t('unlock.password-hint')}
            describedBy={ids.describedBy}
            isDisabled={change.isBusy || seconds > 0}
            onLength={setLength}
          />
        )}
      </Field>
      {hasToken ? (
        <Field label={t('signing.pin')} error={pinProblemOf(outcome, t, text)}>
          {(ids) => (
            <SecretEntry
              ref={pin}
              label={t('signing.pin')}
              placeholder={t('signing.pin-hint')}
              describedBy={ids.describedBy}
              isDisabled={change.isBusy || seconds > 0}
              onLength={setPinLength}
            />
          )}
        </Field>
      ) : null}
      <NewPassword
        ref={next}
        minLength={minLength}
        isDisabled={change.isBusy}
        onReady={setReady}
        onSubmit={() => void submit()}
      />
      {change.failure ? <FailureNote failure={change.failure} /> : null}
    </Dialog>
  );
}

function problemOf(
  outcome: Outcome | null,
  seconds: number,
  t: ReturnType<typeof useT>,
): string | null {
  switch (outcome?.outcome) {
    case 'wrong':
      return `${t('people.old-wrong')} ${t('unlock.tries', { count: isolate(outcome.triesLeft) })}`;
    case 'wait':
      return seconds > 0 ? t('unlock.wait', { seconds: isolate(formatCount(seconds)) }) : null;
    case 'administrator-needed':
      return t('unlock.administrator');
    case 'token-needed':
      return t('unlock.token');
    default:
      return null;
  }
}

function pinProblemOf(
  outcome: Outcome | null,
  t: ReturnType<typeof useT>,
  text: ReturnType<typeof useFailureText>,
): string | null {
  if (outcome?.outcome !== 'token-failed') return null;
  if (outcome.code !== 'TOKEN_PIN_WRONG') return text({ code: outcome.code });
  return outcome.triesLeft === null
    ? t('ukey.pin-wrong')
    : t('ukey.pin-wrong-count', { count: isolate(outcome.triesLeft) });
}
