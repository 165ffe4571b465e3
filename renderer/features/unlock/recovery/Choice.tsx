import { Button } from '../../../ui/Button';
import type { IconName } from '../../../ui/icon-paths';

interface ChoiceProps {
  readonly icon: IconName;
  readonly title: string;
  /** What happens, in one or two sentences. */
  readonly text: string;
  readonly look?: 'primary' | 'danger' | 'plain';
  readonly isBusy: boolean;
  readonly onChoose: () => void;
}

/** One way to go on, with what it does beside its button. */
export function Choice({ icon, title, text, look = 'plain', isBusy, onChoose }: ChoiceProps) {
  return (
    <div className="way">
      <p className="t12 c2">{text}</p>
      <Button look={look} icon={icon} disabled={isBusy} onClick={onChoose}>
        {title}
      </Button>
    </div>
  );
}
