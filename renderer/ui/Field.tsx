import { type ReactNode, useId } from 'react';
import { Icon } from './Icon';

interface FieldProps {
  readonly label: string;
  readonly aside?: ReactNode;
  readonly hint?: string | undefined;
  readonly error?: string | null;
  /** Receives the ids that tie the control to its label and its hint or error. */
  readonly children: (ids: {
    readonly control: string;
    readonly label: string;
    readonly describedBy: string | undefined;
  }) => ReactNode;
}

/** Label, control, and under it the error or else the hint. */
export function Field({ label, aside, hint, error, children }: FieldProps) {
  const id = useId();
  const describedBy = error || hint ? `${id}-d` : undefined;
  return (
    <div className="field">
      <div className="lb">
        <label id={`${id}-l`} htmlFor={id}>
          {label}
        </label>
        {aside}
      </div>
      {children({ control: id, label: `${id}-l`, describedBy })}
      {error ? (
        <p className="er" id={describedBy} role="alert">
          <Icon name="bad" size="s" />
          {error}
        </p>
      ) : hint ? (
        <p className="hint" id={describedBy}>
          {hint}
        </p>
      ) : null}
    </div>
  );
}
