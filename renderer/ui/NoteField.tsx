import { Field } from './Field';

interface NoteFieldProps {
  readonly label: string;
  readonly hint?: string;
  /** Characters. */
  readonly longest: number;
  readonly value: string;
  readonly onText: (text: string) => void;
}

/** Some lines of a person's own words: a reason, a note. */
export function NoteField({ label, hint, longest, value, onText }: NoteFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {({ control, describedBy }) => (
        <textarea
          id={control}
          aria-describedby={describedBy}
          className="area"
          rows={2}
          maxLength={longest}
          value={value}
          onChange={(event) => onText(event.target.value)}
        />
      )}
    </Field>
  );
}
