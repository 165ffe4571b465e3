import { useEffect, useRef, useState } from 'react';
import type { BackupProgress } from '../../../shared/ipc/routes/backup';
import type { BackupChoice, Restored, RestoreOutcome } from '../../../shared/ipc/routes/restore';
import { useT } from '../../i18n';
import { invoke, on } from '../../lib/desk';
import { reloadDesk } from '../../lib/desk-store';
import { useCommand } from '../../lib/use-command';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ProgressBar } from '../../ui/Progress';
import type { SecretHandle } from '../../ui/SecretEntry';
import { Segmented } from '../../ui/Segmented';
import { BackupProgressView } from '../BackupProgressView';
import { FailureNote } from '../FailureState';
import type { NewPasswordHandle } from '../NewPassword';
import type { NewUKeyHandle } from '../NewUKey';
import { ChooseStep } from './ChooseStep';
import { ConfirmStep } from './ConfirmStep';
import { DoneStep } from './DoneStep';
import { OpenByKeyStep } from './OpenByKeyStep';
import { OpenStep, type RecoveryKey, type RestorePerson, WhoField } from './OpenStep';

type Opened = Extract<RestoreOutcome, { outcome: 'opened' }>;

/** Restores a backup, from choosing the place to the sentence that says what happened. Works while locked. */
export function RestoreDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const [choices, setChoices] = useState<readonly BackupChoice[] | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [people, setPeople] = useState<readonly RestorePerson[]>([]);
  const [recoveryKey, setRecoveryKey] = useState<RecoveryKey>('none');
  const [way, setWay] = useState<'password' | 'key'>('password');
  const [badge, setBadge] = useState('');
  const [length, setLength] = useState(0);
  const [pinLength, setPinLength] = useState(0);
  const [wholeParts, setWholeParts] = useState({ a: false, b: false });
  const [isPasswordReady, setPasswordReady] = useState(false);
  const [outcome, setOutcome] = useState<RestoreOutcome | null>(null);
  const [keepsJournal, setKeepsJournal] = useState(true);
  const [progress, setProgress] = useState<BackupProgress | null>(null);
  const [restored, setRestored] = useState<Restored | null>(null);
  const secret = useRef<SecretHandle>(null);
  const pin = useRef<SecretHandle>(null);
  const parts = { a: useRef<SecretHandle>(null), b: useRef<SecretHandle>(null) };
  const newPassword = useRef<NewPasswordHandle>(null);
  const newKey = useRef<NewUKeyHandle>(null);
  const [wantsKey, setWantsKey] = useState(false);
  const [isNewKeyReady, setNewKeyReady] = useState(false);
  const choose = useCommand('restore.choose');
  const pick = useCommand('restore.pick');
  const open = useCommand('restore.open');
  const openByKey = useCommand('restore.open-by-key');
  const start = useCommand('restore.start');
  const cancel = useCommand('restore.cancel');
  useEffect(() => on('backup.progressed', setProgress), []);

  const opened: Opened | null = outcome?.outcome === 'opened' ? outcome : null;
  const isKeyReady =
    wholeParts.a && wholeParts.b && isPasswordReady && (!wantsKey || isNewKeyReady);
  const token = people.find((one) => one.badge === badge)?.token ?? null;
  const isTyped = length > 0 && (token === null || pinLength > 0);
  const isOpening = open.isBusy || openByKey.isBusy;
  const canOpen = way === 'password' ? isTyped : isKeyReady;
  const take = (answer: RestoreOutcome | null) => {
    setOutcome(answer);
    if (answer?.outcome === 'opened') setKeepsJournal(answer.present?.journal === 'healthy');
  };
  const forgetOpened = () => {
    setOutcome(null);
    secret.current?.clear();
    pin.current?.clear();
    for (const command of [pick, open, openByKey, start]) command.forget();
  };
  const choosePlace = async () => {
    const answer = await choose.run({});
    if (!answer?.choices) return;
    forgetOpened();
    setChosen(null);
    setPeople([]);
    setChoices(answer.choices);
  };
  const chooseBackup = async (id: string) => {
    forgetOpened();
    setChosen(id);
    setPeople([]);
    const answer = await pick.run({ id });
    if (!answer) return;
    setPeople(answer.people);
    setRecoveryKey(answer.recoveryKey);
    setWay('password');
    setBadge(answer.people[0]?.badge ?? '');
  };
  const openBackup = async () => {
    if (chosen === null || !secret.current || !isTyped || open.isBusy) return;
    const password = secret.current.take();
    const typed = token === null ? undefined : pin.current?.take();
    const answer = await open.run({ id: chosen, badge, password, ...(typed && { pin: typed }) });
    password.fill(0);
    typed?.fill(0);
    take(answer);
  };
  const openWithKey = async () => {
    if (chosen === null || !isKeyReady || openByKey.isBusy) return;
    const newToken = wantsKey ? (newKey.current?.take() ?? null) : null;
    if (wantsKey && newToken === null) return;
    const password = newPassword.current?.take() ?? null;
    if (password === null) return void newToken?.pin.fill(0);
    const a = parts.a.current?.peek() ?? new Uint8Array(0);
    const b = parts.b.current?.peek() ?? new Uint8Array(0);
    const bound = newToken === null ? {} : { token: newToken };
    const answer = await openByKey.run({ id: chosen, a, b, badge, password, ...bound });
    for (const bytes of [a, b, password, newToken?.pin]) bytes?.fill(0);
    take(answer);
    if (answer?.outcome === 'part-wrong') parts[answer.part].current?.focus();
  };
  const restore = async () => {
    setProgress(null);
    const isHealthy = opened?.present?.journal === 'healthy';
    const answer = await start.run({ keepsJournal: keepsJournal && isHealthy });
    setProgress(null);
    if (answer) setRestored(answer);
  };
  const close = () => {
    if (start.isBusy) return;
    void invoke('restore.cancel', {});
    if (restored) void reloadDesk();
    onClose();
  };

  const failure =
    choose.failure ??
    pick.failure ??
    open.failure ??
    openByKey.failure ??
    start.failure ??
    cancel.failure;
  const act = restored ? (
    <Button look="primary" onClick={close}>
      {t('restore.unlock')}
    </Button>
  ) : opened ? (
    <Button look="primary" disabled={start.isBusy} onClick={() => void restore()}>
      {t('restore.start')}
    </Button>
  ) : people.length > 0 ? (
    <Button
      look="primary"
      disabled={isOpening || !canOpen}
      onClick={() => void (way === 'password' ? openBackup() : openWithKey())}
    >
      {t(isOpening ? 'restore.opening' : 'restore.open-backup')}
    </Button>
  ) : null;
  return (
    <Dialog
      title={t('restore.title')}
      isWide
      onClose={close}
      actions={
        <>
          {restored ? null : (
            <Button disabled={start.isBusy} onClick={close}>
              {t('act.close')}
            </Button>
          )}
          {act}
        </>
      }
    >
      {restored ? (
        <DoneStep restored={restored} />
      ) : start.isBusy ? (
        progress === null ? (
          <ProgressBar label={t('backup.task-restore')} percent={null} />
        ) : (
          <BackupProgressView
            progress={progress}
            isCancelling={cancel.isBusy}
            onCancel={() => void cancel.run({})}
          />
        )
      ) : opened ? (
        <ConfirmStep
          createdMs={opened.createdMs}
          present={opened.present}
          keepsJournal={keepsJournal}
          onKeepsJournal={setKeepsJournal}
        />
      ) : (
        <>
          <ChooseStep
            choices={choices}
            chosen={chosen}
            isBusy={choose.isBusy || isOpening}
            isTight={way === 'key'}
            onPlace={() => void choosePlace()}
            onChoose={(id) => void chooseBackup(id)}
          />
          {people.length > 0 ? (
            <>
              {recoveryKey !== 'none' ? (
                <Segmented
                  label={t('restore.open-backup')}
                  value={way}
                  choices={[
                    { value: 'password', label: t('restore.by-password') },
                    { value: 'key', label: t('restore.by-key') },
                  ]}
                  onChange={(next) => {
                    setWay(next);
                    forgetOpened();
                  }}
                />
              ) : null}
              <WhoField
                people={people}
                badge={badge}
                isDisabled={isOpening}
                onBadge={(next) => {
                  setBadge(next);
                  forgetOpened();
                }}
              />
              {way === 'password' ? (
                <OpenStep
                  outcome={outcome}
                  isBusy={open.isBusy}
                  token={token}
                  secret={secret}
                  pin={pin}
                  onLength={setLength}
                  onPinLength={setPinLength}
                  onSubmit={() => void openBackup()}
                />
              ) : (
                <OpenByKeyStep
                  isHandedOut={recoveryKey === 'in-hand'}
                  parts={parts}
                  password={newPassword}
                  token={newKey}
                  wantsToken={wantsKey}
                  onWantsToken={(wants) => {
                    setWantsKey(wants);
                    setNewKeyReady(false);
                  }}
                  onTokenReady={setNewKeyReady}
                  outcome={outcome}
                  isBusy={openByKey.isBusy}
                  onWhole={(part, isWhole) =>
                    setWholeParts((before) => ({ ...before, [part]: isWhole }))
                  }
                  onReady={setPasswordReady}
                  onSubmit={() => void openWithKey()}
                />
              )}
            </>
          ) : null}
        </>
      )}
      {failure ? <FailureNote failure={failure} /> : null}
    </Dialog>
  );
}
