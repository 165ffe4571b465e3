import { useRef, useState } from 'react';
import type { PeopleList } from '../../../../shared/ipc/routes/people';
import { say, useT } from '../../../i18n';
import { isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { NewPassword, type NewPasswordHandle } from '../../../parts/NewPassword';
import { NewUKey, type NewUKeyHandle } from '../../../parts/NewUKey';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Notice } from '../../../ui/PageState';

interface AddPersonDialogProps {
  readonly candidates: PeopleList['candidates'];
  readonly minLength: number;
  /** Policy: each way in needs a U-Key. */
  readonly asksToken: boolean;
  readonly onClose: () => void;
  readonly onDone: (said: () => string) => void;
}

/** Who, of those the server named, gets a way in; that person types the own password here. */
export function AddPersonDialog({
  candidates,
  minLength,
  asksToken,
  onClose,
  onDone,
}: AddPersonDialogProps) {
  const t = useT();
  const [chosen, setChosen] = useState(candidates.find((one) => one.isGivable)?.badge ?? '');
  const [isReady, setReady] = useState(false);
  const secret = useRef<NewPasswordHandle>(null);
  const add = useCommand('people.add');
  const person = candidates.find((one) => one.badge === chosen);
  const [isKeyReady, setKeyReady] = useState(false);
  const key = useRef<NewUKeyHandle>(null);
  const isComplete = isReady && (!asksToken || isKeyReady);

  const submit = async () => {
    if (add.isBusy || !isComplete || person === undefined) return;
    const token = asksToken ? (key.current?.take() ?? null) : null;
    if (asksToken && token === null) return;
    const password = secret.current?.take() ?? null;
    if (password === null) return void token?.pin.fill(0);
    const answer = await add.run({
      badge: person.badge,
      password,
      ...(token === null ? {} : { token }),
    });
    password.fill(0);
    token?.pin.fill(0);
    if (answer) onDone(() => say('people.added', { name: isolate(person.name) }));
  };
  return (
    <Dialog
      isWide
      title={t('people.add')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          {candidates.length === 0 ? null : (
            <Button
              look="primary"
              icon="user"
              disabled={!isComplete || person === undefined || add.isBusy}
              onClick={() => void submit()}
            >
              {add.isBusy ? t('people.adding') : t('people.add')}
            </Button>
          )}
        </>
      }
    >
      {candidates.length === 0 ? (
        <p className="c2">{t('people.no-candidates')}</p>
      ) : (
        <>
          <p className="c2">{t('people.add-text')}</p>
          <ul className="picks" aria-label={t('people.who')}>
            {candidates.map((one) => (
              <li key={one.badge}>
                <label className={`pick-person${one.badge === chosen ? ' on' : ''}`}>
                  <input
                    type="radio"
                    name="candidate"
                    checked={one.badge === chosen}
                    disabled={!one.isGivable || add.isBusy}
                    onChange={() => setChosen(one.badge)}
                  />
                  <b>{one.name}</b>
                  <span className="num c2">{one.badge}</span>
                  <span className="end t12 c2">
                    {t(`roles.${one.role}`)}
                    {one.isGivable ? '' : ` · ${t('people.not-givable')}`}
                  </span>
                </label>
              </li>
            ))}
          </ul>
          {candidates.every((one) => !one.isGivable) ? (
            <Notice icon="info">{t('people.not-givable-text')}</Notice>
          ) : (
            <NewPassword
              ref={secret}
              minLength={minLength}
              isDisabled={add.isBusy}
              onReady={setReady}
              onSubmit={() => void submit()}
            />
          )}
          {asksToken ? (
            <NewUKey
              ref={key}
              isDisabled={add.isBusy}
              onReady={setKeyReady}
              onSubmit={() => void submit()}
            />
          ) : null}
          {add.failure ? <FailureNote failure={add.failure} /> : null}
        </>
      )}
    </Dialog>
  );
}
