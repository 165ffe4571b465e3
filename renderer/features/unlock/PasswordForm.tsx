import { type SubmitEvent, useRef, useState } from 'react';
import type { RouteOutput } from '../../../shared/ipc/contract';
import type { DeskState } from '../../../shared/ipc/routes/app';
import { useT } from '../../i18n';
import { reloadDesk, useDesk } from '../../lib/desk-store';
import { formatCount, isolate } from '../../lib/format';
import { useSecondsUntil } from '../../lib/use-clock';
import { useCommand } from '../../lib/use-command';
import { FailureNote } from '../../parts/FailureState';
import { RenewLease } from '../../parts/RenewLease';
import { UKeyEntry } from '../../parts/UKeyEntry';
import { usePinProblem } from '../../parts/use-pin-problem';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Notice } from '../../ui/PageState';
import { Progress } from '../../ui/Progress';
import { SecretEntry, type SecretHandle } from '../../ui/SecretEntry';

type Outcome = RouteOutput<'unlock.open'>;

interface PasswordFormProps {
  readonly users: DeskState['users'];
  readonly hint: DeskState['practiceHint'];
}

/** Who, and the password; tells the tries left and how long to wait. */
export function PasswordForm({ users, hint }: PasswordFormProps) {
  const t = useT();
  const [chosen, setChosen] = useState(hint?.badge ?? users[0]?.badge ?? '');
  const [length, setLength] = useState(0);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [pinLength, setPinLength] = useState(0);
  const secret = useRef<SecretHandle>(null);
  const pin = useRef<SecretHandle>(null);
  const pinProblem = usePinProblem();
  const open = useCommand('unlock.open');
  const upgrade = useDesk((store) => store.upgrade);
  const seconds = useSecondsUntil(outcome?.outcome === 'wait' ? outcome.untilMs : null);
  const isWaiting = seconds > 0;
  const token = users.find((user) => user.badge === chosen)?.token ?? null;
  const isReady = length > 0 && (token === null || pinLength > 0);

  const submit = async () => {
    if (open.isBusy || isWaiting || !isReady || !secret.current) return;
    // The password stays typed when it was the U-Key that refused.
    const password = secret.current.peek();
    const typedPin = pin.current?.take();
    useDesk.setState({ upgrade: null });
    const answer = await open.run({
      badge: chosen,
      password,
      ...(typedPin === undefined ? {} : { pin: typedPin }),
    });
    password.fill(0);
    typedPin?.fill(0);
    setOutcome(answer);
    if (answer?.outcome === 'opened' || answer?.outcome === 'damaged') await reloadDesk();
    else if (answer?.outcome === 'token-failed') pin.current?.focus();
    else {
      secret.current?.clear();
      secret.current?.focus();
    }
  };
  const problem = outcome === null ? null : outcomeText(outcome, seconds, t);
  const isOfKey = outcome?.outcome === 'token-failed' || outcome?.outcome === 'token-needed';
  const keyProblem = pinProblem(outcome) ?? problem;
  return (
    <form
      className="col g20"
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div>
        <h2 className="t20">{t('unlock.title')}</h2>
        <p className="c2">{t('unlock.text')}</p>
      </div>
      <div className="us" role="radiogroup" aria-label={t('unlock.who')}>
        {users.map((user) => (
          <label key={user.badge} className={`u${user.badge === chosen ? ' on' : ''}`}>
            <input
              type="radio"
              className="vh"
              name="user"
              checked={user.badge === chosen}
              onChange={() => {
                setChosen(user.badge);
                setOutcome(null);
                open.forget();
                secret.current?.clear();
                pin.current?.clear();
              }}
            />
            <span className="avatar" aria-hidden="true">
              {[...user.name][0]}
            </span>
            <b>{user.name}</b>
            <span className="t12 c3">{t(`roles.${user.role}`)}</span>
          </label>
        ))}
      </div>
      <div className="field">
        <div className="lb">
          <span>{t('unlock.password')}</span>
          {outcome?.outcome === 'wrong' ? (
            <span>{t('unlock.tries', { count: isolate(outcome.triesLeft) })}</span>
          ) : null}
        </div>
        <SecretEntry
          ref={secret}
          label={t('unlock.password')}
          placeholder={t('unlock.password-hint')}
          describedBy={problem && !isOfKey ? 'unlock-problem' : undefined}
          isDisabled={open.isBusy || isWaiting}
          onSubmit={() => (token === null ? void submit() : pin.current?.focus())}
          onLength={setLength}
        />
        {problem && !isOfKey ? (
          <p className="er" id="unlock-problem" role="alert">
            <Icon name="bad" size="s" />
            {problem}
          </p>
        ) : null}
      </div>
      {token === null ? null : (
        <UKeyEntry
          ref={pin}
          token={token}
          problem={isOfKey ? keyProblem : null}
          isDisabled={open.isBusy || isWaiting}
          onSubmit={() => void submit()}
          onLength={setPinLength}
        />
      )}
      {open.failure ? <FailureNote failure={open.failure} /> : null}
      {open.failure?.code === 'LEASE_ENDED' ? <RenewLease /> : null}
      {hint ? (
        <Notice icon="grad">
          {t('unlock.practice-hint', {
            badge: isolate(hint.badge),
            password: isolate(hint.password),
            pin: isolate(hint.pin),
          })}
        </Notice>
      ) : null}
      {open.isBusy && upgrade !== null ? (
        <Progress
          title={t('unlock.upgrading')}
          {...upgrade}
          detail={t('unlock.upgrading-text')}
          remaining=""
        />
      ) : null}
      <Button
        type="submit"
        look="primary"
        size="xl"
        disabled={open.isBusy || isWaiting || !isReady}
      >
        {open.isBusy ? t('unlock.opening') : t('unlock.open')}
      </Button>
    </form>
  );
}

function outcomeText(outcome: Outcome, seconds: number, t: ReturnType<typeof useT>): string | null {
  switch (outcome.outcome) {
    case 'opened':
    case 'damaged':
      return null;
    case 'wrong':
      return t('unlock.wrong');
    case 'wait':
      return seconds > 0 ? t('unlock.wait', { seconds: isolate(formatCount(seconds)) }) : null;
    case 'administrator-needed':
      return t('unlock.administrator');
    case 'token-needed':
    case 'token-failed':
      return t('unlock.token');
  }
}
