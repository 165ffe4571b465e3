import { type Ref, useState } from 'react';
import { useT } from '../i18n';
import { isolate } from '../lib/format';
import { Field } from '../ui/Field';
import { SecretEntry, type SecretHandle } from '../ui/SecretEntry';

const GROUPS = 8;
const GROUP_LENGTH = 5;

interface RecoveryPartEntryProps {
  readonly ref: Ref<SecretHandle>;
  readonly label: string;
  readonly error: string | null;
  readonly isDisabled: boolean;
  readonly onWhole: (isWhole: boolean) => void;
  readonly onSubmit: () => void;
}

/** One part, typed blind; says which group the next character belongs to, so that nobody loses the place. */
export function RecoveryPartEntry({
  ref,
  label,
  error,
  isDisabled,
  onWhole,
  onSubmit,
}: RecoveryPartEntryProps) {
  const t = useT();
  const [count, setCount] = useState(0);
  const isWhole = count >= GROUPS * GROUP_LENGTH;
  return (
    <Field
      label={label}
      error={error}
      aside={
        <span className="t12 c3">
          {isWhole
            ? t('unlock.part-whole')
            : t('unlock.part-place', {
                group: isolate(Math.floor(count / GROUP_LENGTH) + 1),
                place: isolate((count % GROUP_LENGTH) + 1),
              })}
        </span>
      }
    >
      {(ids) => (
        <SecretEntry
          ref={ref}
          label={label}
          placeholder={t('unlock.part-hint')}
          describedBy={ids.describedBy}
          isDisabled={isDisabled}
          onSubmit={onSubmit}
          onLength={(length) => {
            setCount(length);
            onWhole(length >= GROUPS * GROUP_LENGTH);
          }}
        />
      )}
    </Field>
  );
}
