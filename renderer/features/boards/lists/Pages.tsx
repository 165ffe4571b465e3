import { useT } from '../../../i18n';
import { formatCount, isolate } from '../../../lib/format';
import { Button } from '../../../ui/Button';

/** Rows of a page of a list behind a figure. */
export const PAGE = 50;

/** Which part of a list is shown, and the ways to the other parts. */
export function Pages({
  offset,
  total,
  onOffset,
}: {
  readonly offset: number;
  readonly total: number;
  readonly onOffset: (offset: number) => void;
}) {
  const t = useT();
  const until = Math.min(total, offset + PAGE);
  return (
    <span className="row grow">
      <span className="t12 c2" role="status">
        {t('boards.part', {
          from: isolate(formatCount(total === 0 ? 0 : offset + 1)),
          until: isolate(formatCount(until)),
          total: isolate(formatCount(total)),
        })}
      </span>
      <Button size="s" disabled={offset === 0} onClick={() => onOffset(Math.max(0, offset - PAGE))}>
        {t('boards.part-before')}
      </Button>
      <Button size="s" disabled={until >= total} onClick={() => onOffset(offset + PAGE)}>
        {t('boards.part-after')}
      </Button>
    </span>
  );
}
