import { memo } from 'react';
import { Icon } from './Icon';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

interface SelectProps {
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onChange: (value: string) => void;
  readonly label: string;
}

/** A native select as a filter chip: name, bold value, marked while it narrows. */
export function ChipSelect({ value, choices, onChange, label }: SelectProps) {
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <span className={`chip pick${value === '' ? '' : ' on'}`}>
      {label} <b>{chosen?.label ?? ''}</b>
      <Icon name="down" size="s" />
      <select aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
        <Options choices={choices} />
      </select>
    </span>
  );
}

/** Some have a hundred: they are not looked through again for another value. */
const Options = memo(function Options({ choices }: Pick<SelectProps, 'choices'>) {
  return choices.map((choice) => (
    <option key={choice.value} value={choice.value}>
      {choice.label}
    </option>
  ));
});
