import { useState } from 'react';
import { parseIsoDay } from '../../../shared/kernel/day';
import { formatDay } from '../../lib/format';
import { TextInput } from '../../ui/TextInput';

/** What stands in a field for a day: nothing, a day, or something that is none. */
export type TypedDay = number | null | 'wrong';

/** A day as documents write it, 2026-11-23: the system's own date field follows the system's language instead. */
export function DayInput({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: number | undefined;
  readonly onChange: (day: TypedDay) => void;
}) {
  const [text, setText] = useState(value === undefined ? '' : formatDay(value));
  const isWrong = text.trim() !== '' && !parseIsoDay(text.trim()).ok;
  return (
    <TextInput
      className="num"
      aria-label={label}
      isInvalid={isWrong}
      placeholder="2026-01-31"
      maxLength={10}
      value={text}
      onChange={({ target }) => {
        // 20260131 and 2026/01/31 are typed too.
        const digits = target.value.replace(/[/.]/g, '-');
        const typed = /^\d{8}$/.test(digits)
          ? `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`
          : digits;
        setText(typed);
        const day = parseIsoDay(typed.trim());
        onChange(typed.trim() === '' ? null : day.ok ? day.value : 'wrong');
      }}
    />
  );
}
