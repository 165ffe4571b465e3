import type { WorkItemView } from '../../../../shared/ipc/routes/outbox';
import { useT } from '../../../i18n';
import { formatTime } from '../../../lib/format';
import { Button } from '../../../ui/Button';
import { useItemWords } from './words';

interface WorkItemListProps {
  readonly items: readonly WorkItemView[];
  readonly onHandle: (item: WorkItemView) => void;
}

/** What the centre sent back, newest first, each with its reason. */
export function WorkItemList({ items, onHandle }: WorkItemListProps) {
  const t = useT();
  const words = useItemWords();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
    <section className="workitems" tabIndex={0} aria-label={t('outbox.items')}>
      <ul>
        {items.map((item) => (
          <li key={item.dseq}>
            <div className="what">
              <b>{words.kind(item)}</b>
              <span className="t12 c3 num">{formatTime(item.madeMs)}</span>
              <p className="t12 c2">{words.reason(item)}</p>
            </div>
            <Button
              size="s"
              aria-label={`${t('outbox.handle')}: ${words.kind(item)}`}
              onClick={() => onHandle(item)}
            >
              {t('outbox.handle')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
