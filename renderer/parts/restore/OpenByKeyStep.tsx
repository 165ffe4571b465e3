import type { Ref } from 'react';
import type { RestoreOutcome } from '../../../shared/ipc/routes/restore';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { useSecondsUntil } from '../../lib/use-clock';
import { Notice } from '../../ui/PageState';
import type { SecretHandle } from '../../ui/SecretEntry';
import { NewPassword, type NewPasswordHandle } from '../NewPassword';
import { NewUKey, type NewUKeyHandle } from '../NewUKey';
import { RecoveryPartEntry } from '../RecoveryPartEntry';

interface OpenByKeyStepProps {
  /** False: when the backup was made its recovery key was in nobody's hands. */
  readonly isHandedOut: boolean;
  readonly parts: { readonly a: Ref<SecretHandle>; readonly b: Ref<SecretHandle> };
  readonly password: Ref<NewPasswordHandle>;
  readonly token: Ref<NewUKeyHandle>;
  readonly wantsToken: boolean;
  readonly onWantsToken: (wants: boolean) => void;
  readonly onTokenReady: (isReady: boolean) => void;
  readonly outcome: RestoreOutcome | null;
  readonly isBusy: boolean;
  readonly onWhole: (part: 'a' | 'b', isWhole: boolean) => void;
  readonly onReady: (isReady: boolean) => void;
  readonly onSubmit: () => void;
}

/** Two keepers type their parts; whoever restores gets a new password on this machine. */
export function OpenByKeyStep(props: OpenByKeyStepProps) {
  const t = useT();
  const { parts, password, outcome, isBusy, onWhole, onReady, onSubmit } = props;
  const seconds = useSecondsUntil(outcome?.outcome === 'wait' ? outcome.untilMs : null);
  const wrongPart = (part: 'a' | 'b'): string | null => {
    if (outcome?.outcome !== 'part-wrong' || outcome.part !== part) return null;
    return outcome.group === null
      ? t('restore.part-length')
      : t('restore.part-fault', { group: isolate(outcome.group) });
  };
  const problem =
    outcome?.outcome === 'wrong-parts'
      ? t('restore.wrong-parts')
      : outcome?.outcome === 'no-recovery-key'
        ? t('restore.no-key')
        : seconds > 0
          ? t('restore.wait', { seconds: isolate(formatCount(seconds)) })
          : null;
  return (
    <>
      <p className="t12 c2">{t('restore.key-text')}</p>
      {props.isHandedOut ? null : (
        <Notice tone="warn" icon="key">
          {t('restore.key-not-yet')}
        </Notice>
      )}
      <div className="two keyparts">
        {(['a', 'b'] as const).map((part) => (
          <RecoveryPartEntry
            key={part}
            ref={parts[part]}
            label={t(`restore.part-${part}`)}
            error={wrongPart(part)}
            isDisabled={isBusy || seconds > 0}
            onWhole={(isWhole) => onWhole(part, isWhole)}
            onSubmit={() => undefined}
          />
        ))}
      </div>
      <NewPassword
        ref={password}
        minLength={1}
        isDisabled={isBusy}
        onReady={onReady}
        onSubmit={onSubmit}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={props.wantsToken}
          disabled={isBusy}
          onChange={(event) => props.onWantsToken(event.target.checked)}
        />
        <span>
          {t('ukey.optional')}
          <span className="t12 c3"> {t('ukey.optional-text')}</span>
        </span>
      </label>
      {props.wantsToken ? (
        <NewUKey
          ref={props.token}
          isDisabled={isBusy}
          onReady={props.onTokenReady}
          onSubmit={onSubmit}
        />
      ) : null}
      {problem === null ? null : (
        <p className="er" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
