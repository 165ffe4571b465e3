import { Icon } from './Icon';

/** Steps of a wizard; `current` counts from 0. */
export function Stepper({
  label,
  names,
  current,
}: {
  readonly label: string;
  readonly names: readonly string[];
  readonly current: number;
}) {
  return (
    <ol className="steps" aria-label={label}>
      {names.map((name, index) => (
        <li
          key={name}
          className={index < current ? 'done' : index === current ? 'on' : undefined}
          aria-current={index === current ? 'step' : undefined}
        >
          <i>{index < current ? <Icon name="check" size="s" /> : index + 1}</i>
          {name}
        </li>
      ))}
    </ol>
  );
}
