import { useT } from '../../i18n';
import { isolate } from '../../lib/format';
import { Field } from '../../ui/Field';
import { TextInput } from '../../ui/TextInput';

/** The number of days that somebody typed; null where it is none from 1 to `most`. */
export function daysOf(text: string, most: number): number | null {
  const days = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return days >= 1 && days <= most ? days : null;
}

/** For how many days a grant is asked for, or is left. */
export function DaysField({
  label,
  hint,
  most,
  value,
  onText,
}: {
  readonly label: string;
  readonly hint: string;
  readonly most: number;
  readonly value: string;
  readonly onText: (text: string) => void;
}) {
  const t = useT();
  const isWrong = daysOf(value, most) === null;
  return (
    <Field
      label={label}
      hint={hint}
      error={isWrong ? t('crossregion.days-wrong', { days: isolate(most) }) : null}
    >
      {({ control, describedBy }) => (
        <TextInput
          id={control}
          aria-describedby={describedBy}
          inputMode="numeric"
          maxLength={3}
          isInvalid={isWrong}
          value={value}
          onChange={(event) => onText(event.target.value)}
        />
      )}
    </Field>
  );
}
