import { useRef, useState } from 'react';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { DeviceStatus } from '../../../../shared/ipc/routes/device';
import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { formatTime, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { useFailureText } from '../../../parts/use-failure-text';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Field } from '../../../ui/Field';
import { Notice } from '../../../ui/PageState';
import { TextInput } from '../../../ui/TextInput';
import { PersonEntry, type PersonHandle } from './PersonEntry';

interface WipeDialogProps {
  readonly status: DeviceStatus;
  readonly onClose: () => void;
}

/** The last question before everything on this device is destroyed: what goes, what stays, who says so. */
export function WipeDialog({ status, onClose }: WipeDialogProps) {
  const t = useT();
  const text = useFailureText();
  const own = useDesk((store) => store.state?.session?.badge ?? '');
  const wipe = useCommand('device.wipe');
  const [code, setCode] = useState('');
  const [lengths, setLengths] = useState<readonly [number, number]>([0, 0]);
  const [outcome, setOutcome] = useState<RouteOutput<'device.wipe'> | null>(null);
  const first = useRef<PersonHandle>(null);
  const second = useRef<PersonHandle>(null);
  const { needed, persons } = status.wipe;
  const others = persons.filter(({ badge }) => badge !== own);
  const [other, setOther] = useState(others[0]?.badge ?? '');
  const needsOther = needed === 2;
  const isBegun = outcome?.outcome === 'wiping';
  const isReady = code.trim() !== '' && lengths[0] > 0 && (!needsOther || lengths[1] > 0);
  const hasToken = (badge: string) =>
    persons.some((person) => person.badge === badge && person.hasToken);

  const submit = async () => {
    const mine = first.current?.take();
    const theirs = needsOther ? second.current?.take() : null;
    if (!mine) return;
    const typed = [{ badge: own, ...mine }];
    if (theirs) typed.push({ badge: other, ...theirs });
    setOutcome(await wipe.run({ officeCode: code.trim(), persons: typed }));
    for (const { password, pin } of typed) {
      password.fill(0);
      pin?.fill(0);
    }
  };
  const problem =
    outcome === null || outcome.outcome === 'wiping' ? null : problemOf(outcome, t, text);
  return (
    <Dialog
      title={t('device.wipe-title')}
      isWide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose} disabled={wipe.isBusy || isBegun}>
            {t('act.cancel')}
          </Button>
          <Button
            look="danger"
            icon="ban"
            disabled={!isReady || wipe.isBusy || isBegun}
            onClick={() => void submit()}
          >
            {t(wipe.isBusy || isBegun ? 'device.wiping' : 'device.wipe-act')}
          </Button>
        </>
      }
    >
      <Notice tone="bad" icon="warn">
        {t('device.wipe-final')}
      </Notice>
      <div className="wipe-lists">
        <div>
          <h3>{t('device.lost')}</h3>
          <ul className="bullets">
            <li>{t('device.lost-data')}</li>
            <li>{t('device.lost-keys')}</li>
            <li>{t('device.lost-journal')}</li>
          </ul>
        </div>
        <div>
          <h3>{t('device.survives')}</h3>
          <ul className="bullets">
            <li>{t('device.survives-outbox')}</li>
            <li>{t('device.survives-exports')}</li>
            <li>{t('device.survives-backups')}</li>
          </ul>
        </div>
      </div>
      <Field
        label={t('device.type-code', { code: isolate(status.officeCode) })}
        error={outcome?.outcome === 'code-differs' ? t('device.code-differs') : null}
      >
        {(ids) => (
          <TextInput
            id={ids.control}
            aria-describedby={ids.describedBy}
            dir="ltr"
            maxLength={40}
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        )}
      </Field>
      <div className={needsOther ? 'wipe-lists' : ''}>
        <PersonEntry
          ref={first}
          label={t('device.own-password')}
          hasToken={hasToken(own)}
          isDisabled={wipe.isBusy || isBegun}
          onLength={(count) => setLengths((before) => [count, before[1]])}
        />
        {needsOther ? (
          <PersonEntry
            ref={second}
            label={t('device.second-password')}
            hasToken={hasToken(other)}
            isDisabled={wipe.isBusy || isBegun}
            aside={
              <select
                aria-label={t('device.second-person')}
                value={other}
                onChange={(event) => setOther(event.target.value)}
              >
                {others.map((person) => (
                  <option key={person.badge} value={person.badge}>
                    {person.name} {person.badge}
                  </option>
                ))}
              </select>
            }
            onLength={(count) => setLengths((before) => [before[0], count])}
          />
        ) : null}
      </div>
      {problem ? (
        <Notice tone="bad" icon="bad">
          <span role="alert">{problem}</span>
        </Notice>
      ) : null}
      {wipe.failure ? <FailureNote failure={wipe.failure} /> : null}
    </Dialog>
  );
}

/** Why nothing was wiped. */
function problemOf(
  outcome: Exclude<RouteOutput<'device.wipe'>, { outcome: 'wiping' }>,
  t: ReturnType<typeof useT>,
  text: ReturnType<typeof useFailureText>,
): string | null {
  switch (outcome.outcome) {
    case 'code-differs':
      return null;
    case 'persons-needed':
      return t('device.persons-needed');
    case 'wrong':
      return t('device.wrong', {
        badge: isolate(outcome.badge),
        count: isolate(outcome.triesLeft),
      });
    case 'wait':
      return t('device.wait', {
        badge: isolate(outcome.badge),
        time: isolate(formatTime(outcome.untilMs)),
      });
    case 'administrator-needed':
      return t('unlock.administrator');
    case 'token-needed':
      return t('device.token-needed', { badge: isolate(outcome.badge) });
    case 'token-failed':
      return text({
        code: outcome.code,
        params: outcome.triesLeft === null ? {} : { triesLeft: outcome.triesLeft },
      });
  }
}
