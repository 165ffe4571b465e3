import { useState } from 'react';
import { type Day, isoFromDay, parseIsoDay } from '../../../../shared/kernel/day';
import { TextInput } from '../../../ui/TextInput';

interface DayInputProps {
  readonly label: string;
  readonly day: Day | null;
  readonly onDay: (day: Day | null) => void;
}

/** A day as documents write it; takes effect as soon as it is one, or is empty. */
export function DayInput({ label, day, onDay }: DayInputProps) {
  const shown = day === null ? '' : isoFromDay(day);
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? shown;
  const isInvalid = typed !== null && typed !== '' && !parseIsoDay(typed).ok;
  const type = (next: string) => {
    setTyped(next);
    const parsed = parseIsoDay(next);
    if (parsed.ok) onDay(parsed.value);
    else if (next === '') onDay(null);
  };
  return (
    <TextInput
      aria-label={label}
      title={label}
      placeholder="2026-11-23"
      dir="ltr"
      maxLength={10}
      inputMode="numeric"
      isInvalid={isInvalid}
      value={text}
      onChange={(event) => type(event.target.value.trim())}
      onBlur={() => setTyped(isInvalid ? typed : null)}
    />
  );
}
