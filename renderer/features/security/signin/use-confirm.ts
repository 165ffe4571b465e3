import { useRef, useState } from 'react';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import { say, useT } from '../../../i18n';
import { usePinProblem } from '../../../parts/use-pin-problem';
import type { SecretHandle } from '../../../ui/SecretEntry';
import { showToast } from '../../../ui/toast-store';

type Outcome = RouteOutput<'tokens.attach'>;

/** The two secrets of a change to the own slot, and what went wrong with them last. */
export function useConfirm(doneWord: 'ukey.attached' | 'ukey.detached') {
  const t = useT();
  const toldOf = usePinProblem();
  const password = useRef<SecretHandle>(null);
  const pin = useRef<SecretHandle>(null);
  const [lengths, setLengths] = useState({ password: 0, pin: 0 });
  const [outcome, setOutcome] = useState<Outcome | null>(null);

  /** Runs the change with copies of both secrets, which are wiped here. */
  const submit = async (
    run: (secrets: { password: Uint8Array; pin: Uint8Array }) => Promise<Outcome | null>,
  ) => {
    if (!password.current || !pin.current) return;
    const secrets = { password: password.current.take(), pin: pin.current.take() };
    const answer = await run(secrets);
    secrets.password.fill(0);
    secrets.pin.fill(0);
    setOutcome(answer);
    if (answer?.outcome === 'changed') showToast({ tone: 'ok', text: () => say(doneWord) });
  };

  const passwordProblem =
    outcome?.outcome === 'wrong'
      ? t('unlock.wrong')
      : outcome?.outcome === 'administrator-needed'
        ? t('unlock.administrator')
        : outcome?.outcome === 'wait'
          ? t('ukey.wait')
          : null;
  const pinProblem = toldOf(outcome);
  return {
    isReady: lengths.password > 0 && lengths.pin > 0,
    isPinTyped: lengths.pin > 0,
    submit,
    fields: {
      password,
      pin,
      passwordProblem,
      pinProblem,
      onPasswordLength: (count: number) => setLengths((before) => ({ ...before, password: count })),
      onPinLength: (count: number) => setLengths((before) => ({ ...before, pin: count })),
    },
  };
}
