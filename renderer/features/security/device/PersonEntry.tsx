import { type ReactNode, type Ref, useImperativeHandle, useRef } from 'react';
import { useT } from '../../../i18n';
import { Field } from '../../../ui/Field';
import { SecretEntry, type SecretHandle } from '../../../ui/SecretEntry';

export interface TypedSecrets {
  readonly password: Uint8Array<ArrayBuffer>;
  readonly pin?: Uint8Array<ArrayBuffer>;
}
export interface PersonHandle {
  /** What was typed; the entries are wiped. The caller wipes the copies. */
  readonly take: () => TypedSecrets | null;
}

interface PersonEntryProps {
  readonly label: string;
  readonly hasToken: boolean;
  readonly isDisabled: boolean;
  readonly aside?: ReactNode;
  readonly ref: Ref<PersonHandle>;
  readonly onLength: (characters: number) => void;
}

/** Password of one person, and the U-Key's PIN where the person logs in with one. */
export function PersonEntry({
  label,
  hasToken,
  isDisabled,
  aside,
  ref,
  onLength,
}: PersonEntryProps) {
  const t = useT();
  const password = useRef<SecretHandle>(null);
  const pin = useRef<SecretHandle>(null);
  useImperativeHandle(ref, () => ({
    take: () => {
      if (!password.current) return null;
      const typed = { password: password.current.take() };
      return pin.current ? { ...typed, pin: pin.current.take() } : typed;
    },
  }));
  return (
    <div className="col g16">
      <Field label={label} aside={aside}>
        {() => (
          <SecretEntry
            ref={password}
            label={label}
            placeholder={t('unlock.password-hint')}
            isDisabled={isDisabled}
            onSubmit={() => pin.current?.focus()}
            onLength={onLength}
          />
        )}
      </Field>
      {hasToken ? (
        <Field label={t('device.pin')}>
          {() => (
            <SecretEntry
              ref={pin}
              label={t('device.pin')}
              placeholder={t('unlock.password-hint')}
              isDisabled={isDisabled}
            />
          )}
        </Field>
      ) : null}
    </div>
  );
}
