import type { BatchAgain, BatchHead } from '../../../shared/ipc/routes/batch';
import { useT } from '../../i18n';
import type { Failure } from '../../lib/desk';
import { formatCount, formatTime, isolate } from '../../lib/format';
import { FailureNote } from '../../parts/FailureState';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/PageState';

/** Verdicts are of the moment of the check. Says so where something came since, and how many rows read otherwise now. */
export function BatchNotice({
  head,
  isOver,
  again,
  failure,
  isOnly,
  onOnly,
}: {
  readonly head: BatchHead;
  readonly isOver: boolean;
  readonly again: BatchAgain | null;
  readonly failure: Failure | null;
  readonly isOnly: boolean;
  readonly onOnly: (isOnly: boolean) => void;
}) {
  const t = useT();
  const count = again?.changed ?? 0;
  if (!isOver && failure === null) return null;
  const others = again === null ? 0 : again.unknown;
  const named = again?.rows.length ?? 0;
  return (
    <>
      {failure === null ? null : <FailureNote failure={failure} />}
      <Notice tone="warn" icon="clock">
        <span className="row wrap">
          <span>
            {t('batch.judged-at', { time: isolate(formatTime(head.atMs)) })}
            {again === null ? null : (
              <>
                {' '}
                {count === 0
                  ? t('batch.again-none')
                  : t('batch.again-changed', { count: isolate(formatCount(count)) })}
                {named < count
                  ? ` ${t('batch.again-first', { count: isolate(formatCount(named)) })}`
                  : null}
                {others === 0
                  ? null
                  : ` ${t('batch.again-unknown', { count: isolate(formatCount(others)) })}`}
              </>
            )}
          </span>
          {count === 0 ? null : (
            <Button size="s" aria-pressed={isOnly} onClick={() => onOnly(!isOnly)}>
              {t(isOnly ? 'batch.again-all' : 'batch.again-only')}
            </Button>
          )}
        </span>
      </Notice>
    </>
  );
}
