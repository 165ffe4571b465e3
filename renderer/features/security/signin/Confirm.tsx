import { type Ref, useId } from 'react';
import { useT } from '../../../i18n';
import { Field } from '../../../ui/Field';
import { SecretEntry, type SecretHandle } from '../../../ui/SecretEntry';

interface ConfirmProps {
  readonly password: Ref<SecretHandle>;
  readonly pin: Ref<SecretHandle>;
  readonly passwordProblem: string | null;
  readonly pinProblem: string | null;
  readonly isDisabled: boolean;
  readonly onPasswordLength: (count: number) => void;
  readonly onPinLength: (count: number) => void;
  readonly onSubmit: () => void;
}

/** Password and PIN once more: an open desk that nobody watches must not be enough. */
export function Confirm(props: ConfirmProps) {
  const t = useT();
  const title = useId();
  return (
    <fieldset className="two" aria-labelledby={title}>
      <legend className="vh" id={title}>
        {t('ukey.confirm')}
      </legend>
      <Field label={t('unlock.password')} error={props.passwordProblem}>
        {(ids) => (
          <SecretEntry
            ref={props.password}
            label={t('unlock.password')}
            placeholder={t('unlock.password-hint')}
            describedBy={ids.describedBy}
            isDisabled={props.isDisabled}
            onSubmit={props.onSubmit}
            onLength={props.onPasswordLength}
          />
        )}
      </Field>
      <Field label={t('signing.pin')} error={props.pinProblem}>
        {(ids) => (
          <SecretEntry
            ref={props.pin}
            label={t('signing.pin')}
            placeholder={t('signing.pin-hint')}
            describedBy={ids.describedBy}
            isDisabled={props.isDisabled}
            onSubmit={props.onSubmit}
            onLength={props.onPinLength}
          />
        )}
      </Field>
    </fieldset>
  );
}
