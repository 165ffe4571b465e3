import { Icon } from './Icon';

/** A value that narrows the page; pressing it takes it away. */
export function PickChip({
  label,
  value,
  removeLabel,
  onRemove,
}: {
  readonly label: string;
  readonly value: string;
  readonly removeLabel: string;
  readonly onRemove: () => void;
}) {
  return (
    <button type="button" className="chip on" onClick={onRemove} aria-label={removeLabel}>
      {label} <b>{value}</b>
      <Icon name="x" size="s" />
    </button>
  );
}
