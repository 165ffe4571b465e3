import { type SubmitEvent, useRef, useState } from 'react';
import { useT } from '../../i18n';
import { reloadDesk } from '../../lib/desk-store';
import { useCommand } from '../../lib/use-command';
import { useQuery } from '../../lib/use-query';
import { FailureNote } from '../../parts/FailureState';
import { NewUKey, type NewUKeyHandle } from '../../parts/NewUKey';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { SecretEntry, type SecretHandle } from '../../ui/SecretEntry';
import { TextInput } from '../../ui/TextInput';

/** Same length and same bytes, looked through to the end. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index += 1) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

/** Server address, one-time code from the slip, and the password that will open this device. */
export function EnrolForm({ onBack }: { readonly onBack: () => void }) {
  const t = useT();
  const [typed, setTyped] = useState('');
  const managed = useQuery('managed.facts', {}).data?.server ?? null;
  const address = managed ?? typed;
  const [code, setCode] = useState('');
  const [lengths, setLengths] = useState<readonly [number, number]>([0, 0]);
  const [isDifferent, setDifferent] = useState(false);
  const first = useRef<SecretHandle>(null);
  const second = useRef<SecretHandle>(null);
  const enrol = useCommand('unlock.enrol');
  const [wantsKey, setWantsKey] = useState(false);
  const [isKeyReady, setKeyReady] = useState(false);
  const key = useRef<NewUKeyHandle>(null);
  const isReady =
    address.trim() !== '' &&
    code.trim() !== '' &&
    lengths[0] > 0 &&
    lengths[1] > 0 &&
    (!wantsKey || isKeyReady);

  const submit = async () => {
    if (enrol.isBusy || !isReady || !first.current || !second.current) return;
    const password = first.current.peek();
    const again = second.current.peek();
    const areSame = isSame(password, again);
    again.fill(0);
    setDifferent(!areSame);
    if (!areSame) second.current.clear();
    const token = areSame && wantsKey ? (key.current?.take() ?? null) : null;
    // A key that was asked for and has gone meanwhile: no way in without it, and what was typed stays.
    if (areSame && (!wantsKey || token !== null)) {
      second.current.clear();
      const answer = await enrol.run({
        address: address.trim(),
        code: code.trim(),
        password,
        ...(token === null ? {} : { token }),
      });
      token?.pin.fill(0);
      if (answer) {
        first.current?.clear();
        await reloadDesk();
      }
    }
    password.fill(0);
  };
  return (
    <form
      className="col g16"
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div>
        <h2 className="t20">{t('unlock.enrol')}</h2>
        <p className="c2">{t('unlock.enrol-text')}</p>
      </div>
      <Field
        label={t('unlock.address')}
        hint={t(managed === null ? 'unlock.address-hint' : 'unlock.address-managed')}
      >
        {(ids) => (
          <TextInput
            id={ids.control}
            aria-describedby={ids.describedBy}
            dir="ltr"
            isLarge
            maxLength={200}
            value={address}
            readOnly={managed !== null}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('unlock.code')} hint={t('unlock.code-hint')}>
        {(ids) => (
          <TextInput
            id={ids.control}
            aria-describedby={ids.describedBy}
            dir="ltr"
            className="code-input"
            isLarge
            maxLength={64}
            value={code}
            onChange={(event) => setCode(event.target.value.toUpperCase())}
          />
        )}
      </Field>
      <div className="two">
        <Field label={t('unlock.new-password')} hint={t('unlock.new-password-hint')}>
          {(ids) => (
            <SecretEntry
              ref={first}
              label={t('unlock.new-password')}
              placeholder={t('unlock.password-hint')}
              describedBy={ids.describedBy}
              onSubmit={() => second.current?.focus()}
              onLength={(count) => setLengths((before) => [count, before[1]])}
            />
          )}
        </Field>
        <Field label={t('unlock.again')} error={isDifferent ? t('unlock.different') : null}>
          {(ids) => (
            <SecretEntry
              ref={second}
              label={t('unlock.again')}
              placeholder={t('unlock.password-hint')}
              describedBy={ids.describedBy}
              onSubmit={() => void submit()}
              onLength={(count) => setLengths((before) => [before[0], count])}
            />
          )}
        </Field>
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={wantsKey}
          onChange={(event) => {
            setWantsKey(event.target.checked);
            setKeyReady(false);
          }}
        />
        <span>
          {t('ukey.optional')}
          <span className="t12 c3"> {t('ukey.optional-text')}</span>
        </span>
      </label>
      {wantsKey ? (
        <NewUKey
          ref={key}
          isDisabled={enrol.isBusy}
          onReady={setKeyReady}
          onSubmit={() => void submit()}
        />
      ) : null}
      {enrol.failure ? <FailureNote failure={enrol.failure} /> : null}
      <div className="row">
        <Button size="l" icon="left" flipsIcon onClick={onBack} disabled={enrol.isBusy}>
          {t('act.back')}
        </Button>
        <Button
          type="submit"
          look="primary"
          size="l"
          className="grow"
          disabled={!isReady || enrol.isBusy}
        >
          {enrol.isBusy ? t('unlock.enrolling') : t('unlock.enrol-act')}
        </Button>
      </div>
    </form>
  );
}
