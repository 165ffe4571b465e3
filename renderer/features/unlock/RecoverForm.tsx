import { type SubmitEvent, useRef, useState } from 'react';
import type { RouteOutput } from '../../../shared/ipc/contract';
import { useT } from '../../i18n';
import { reloadDesk } from '../../lib/desk-store';
import { formatCount, isolate } from '../../lib/format';
import { useSecondsUntil } from '../../lib/use-clock';
import { useCommand } from '../../lib/use-command';
import { useQuery } from '../../lib/use-query';
import { FailureNote, FailureState } from '../../parts/FailureState';
import { NewPassword, type NewPasswordHandle } from '../../parts/NewPassword';
import { NewUKey, type NewUKeyHandle } from '../../parts/NewUKey';
import { RecoveryPartEntry } from '../../parts/RecoveryPartEntry';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Skeleton } from '../../ui/PageState';
import type { SecretHandle } from '../../ui/SecretEntry';

type Outcome = RouteOutput<'unlock.recover'>;

/** Two people type their parts; the person chosen sets a new password. */
export function RecoverForm({ onBack }: { readonly onBack: () => void }) {
  const t = useT();
  const about = useQuery('unlock.recovery', {});
  const people = about.data?.people ?? [];
  const [chosen, setChosen] = useState('');
  const [areTyped, setTyped] = useState<readonly [boolean, boolean]>([false, false]);
  const [isReady, setReady] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const parts = { a: useRef<SecretHandle>(null), b: useRef<SecretHandle>(null) };
  const secret = useRef<NewPasswordHandle>(null);
  const [isKeyReady, setKeyReady] = useState(false);
  const key = useRef<NewUKeyHandle>(null);
  const asksToken = about.data?.asksToken ?? false;
  const recover = useCommand('unlock.recover');
  const seconds = useSecondsUntil(outcome?.outcome === 'wait' ? outcome.untilMs : null);
  const badge = chosen || people[0]?.badge || '';
  const canAct =
    !recover.isBusy &&
    seconds === 0 &&
    isReady &&
    areTyped.every(Boolean) &&
    badge !== '' &&
    (!asksToken || isKeyReady);

  const submit = async () => {
    if (!canAct) return;
    const token = asksToken ? (key.current?.take() ?? null) : null;
    if (asksToken && token === null) return;
    const password = secret.current?.take() ?? null;
    if (password === null) return void token?.pin.fill(0);
    const a = parts.a.current?.peek() ?? new Uint8Array(0);
    const b = parts.b.current?.peek() ?? new Uint8Array(0);
    const answer = await recover.run({
      a,
      b,
      badge,
      password,
      ...(token === null ? {} : { token }),
    });
    for (const bytes of [a, b, password, token?.pin]) bytes?.fill(0);
    setOutcome(answer);
    if (answer?.outcome === 'opened') await reloadDesk();
    if (answer?.outcome === 'part-wrong') parts[answer.part].current?.focus();
  };
  const wrongPart = (part: 'a' | 'b') =>
    outcome?.outcome === 'part-wrong' && outcome.part === part
      ? outcome.group === null
        ? t('unlock.part-length')
        : t('unlock.part-group', { group: isolate(outcome.group) })
      : null;
  const problem = problemOf(outcome, seconds, t);
  if (about.failure) return <FailureState failure={about.failure} onRetry={about.reload} />;
  if (about.data === null) return <Skeleton label={t('state.loading')} />;
  return (
    <form
      className="col g16"
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div>
        <h2 className="t20">{t('unlock.recover')}</h2>
        <p className="c2">{t('unlock.recover-text')}</p>
      </div>
      <RecoveryPartEntry
        ref={parts.a}
        label={t('unlock.part-a')}
        error={wrongPart('a')}
        isDisabled={recover.isBusy}
        onWhole={(isWhole) => setTyped((before) => [isWhole, before[1]])}
        onSubmit={() => parts.b.current?.focus()}
      />
      <RecoveryPartEntry
        ref={parts.b}
        label={t('unlock.part-b')}
        error={wrongPart('b')}
        isDisabled={recover.isBusy}
        onWhole={(isWhole) => setTyped((before) => [before[0], isWhole])}
        onSubmit={() => undefined}
      />
      <Field label={t('unlock.recover-who')}>
        {(ids) => (
          <select
            id={ids.control}
            className="person-select"
            value={badge}
            disabled={recover.isBusy}
            onChange={(event) => setChosen(event.target.value)}
          >
            {people.map((person) => (
              <option key={person.badge} value={person.badge}>
                {person.name} · {person.badge} · {t(`roles.${person.role}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <NewPassword
        ref={secret}
        minLength={about.data.minPasswordLength}
        isDisabled={recover.isBusy}
        onReady={setReady}
        onSubmit={() => void submit()}
      />
      {asksToken ? (
        <>
          <p className="t12 c2">{t('unlock.recover-key')}</p>
          <NewUKey
            ref={key}
            isDisabled={recover.isBusy}
            onReady={setKeyReady}
            onSubmit={() => void submit()}
          />
        </>
      ) : null}
      {problem === null ? null : (
        <p className="er" role="alert">
          {problem}
        </p>
      )}
      {recover.failure ? <FailureNote failure={recover.failure} /> : null}
      <div className="row">
        <Button size="l" icon="left" flipsIcon onClick={onBack} disabled={recover.isBusy}>
          {t('act.back')}
        </Button>
        <Button type="submit" look="primary" size="l" className="grow" disabled={!canAct}>
          {recover.isBusy ? t('unlock.recovering') : t('unlock.recover-act')}
        </Button>
      </div>
    </form>
  );
}

function problemOf(
  outcome: Outcome | null,
  seconds: number,
  t: ReturnType<typeof useT>,
): string | null {
  switch (outcome?.outcome) {
    case 'wrong-parts':
      return t('unlock.parts-wrong');
    case 'wait':
      return seconds > 0 ? t('unlock.wait', { seconds: isolate(formatCount(seconds)) }) : null;
    case 'no-recovery-key':
      return t('unlock.no-recovery-key');
    default:
      return null;
  }
}
