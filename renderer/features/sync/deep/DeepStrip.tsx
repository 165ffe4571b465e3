import type { DeepFound, DeepStatus } from '../../../../shared/ipc/routes/deep-check';
import { useT } from '../../../i18n';
import { formatCount, formatTime, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Icon } from '../../../ui/Icon';
import { useDeepCheck } from './use-deep-check';

const mended = ({ derived, names, structure }: DeepFound): number => derived + names + structure;

interface DeepStripProps {
  readonly isUsable: boolean;
  /** The slice is the server's again: nothing that a round found is left. */
  readonly isProven: boolean;
}

/** The check of every sealed value and all that is derived of it: how far, what it found, and the way to begin or stop. */
export function DeepStrip({ isUsable, isProven }: DeepStripProps) {
  const t = useT();
  const status = useDeepCheck();
  const start = useCommand('deep-check.start');
  const cancel = useCommand('deep-check.cancel');
  if (status === null) return null;
  const { isRunning, round } = status;
  const percent = round === null ? 0 : Math.floor((round.done / Math.max(1, round.total)) * 100);
  const failure = start.failure ?? cancel.failure;
  return (
    <div className="deepstrip">
      <div className="row">
        <b>{t('deep.title')}</b>
        <DeepResult status={status} isProven={isProven} />
        <span className="end row">
          {round === null ? null : (
            <progress className="deepbar" value={percent} max={100} aria-label={t('deep.title')} />
          )}
          <Button
            size="s"
            icon={isRunning ? 'x' : 'shieldok'}
            disabled={isRunning ? cancel.isBusy : start.isBusy || !isUsable}
            onClick={() => void (isRunning ? cancel : start).run({})}
          >
            {t(isRunning ? 'deep.stop' : round === null ? 'deep.start' : 'deep.go-on')}
          </Button>
        </span>
      </div>
      {failure ? <FailureNote failure={failure} /> : null}
    </div>
  );
}

function DeepResult({
  status,
  isProven,
}: {
  readonly status: DeepStatus;
  readonly isProven: boolean;
}) {
  const t = useT();
  const { round, last, isRunning } = status;
  const shown = round ?? last;
  if (shown === null) return <span className="c3">{t('deep.never')}</span>;
  const { found } = shown;
  const differing = found.buckets + found.sealed + found.issuers + found.moves;
  const rebuilt = mended(found);
  const isRepaired = differing > 0 && isProven && round === null;
  const tone = isRepaired ? 'ok' : differing > 0 ? 'bad' : rebuilt > 0 ? 'warn' : 'ok';
  return (
    <>
      <span className="c2">
        {round !== null
          ? t(isRunning ? 'deep.running' : 'deep.resting', {
              done: isolate(formatCount(round.done)),
              total: isolate(formatCount(round.total)),
            })
          : last !== null
            ? t('deep.last', { time: isolate(formatTime(last.endedMs)) })
            : null}
      </span>
      <span className={`row ${tone}`}>
        <Icon name={tone} />
        {differing > 0
          ? t(isRepaired ? 'deep.repaired' : 'deep.differs', {
              count: isolate(formatCount(differing)),
            })
          : rebuilt > 0
            ? t('deep.mended', { count: isolate(formatCount(rebuilt)) })
            : t('deep.sound')}
      </span>
    </>
  );
}
