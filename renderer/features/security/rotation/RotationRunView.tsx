import type { RotationState } from '../../../../shared/ipc/routes/rotation';
import { useT } from '../../../i18n';
import { formatBytes, formatCount, isolate } from '../../../lib/format';
import { useRemaining } from '../../../parts/use-remaining';
import { Button } from '../../../ui/Button';
import { Phases, Progress } from '../../../ui/Progress';

const PHASES = ['field', 'slice', 'journal'] as const;

interface RotationRunViewProps {
  readonly run: NonNullable<RotationState['run']>;
  readonly isBusy: boolean;
  readonly onPause: () => void;
  readonly onResume: () => void;
}

/** The running or paused change: phase, amount, rate, remaining time. */
export function RotationRunView({ run, isBusy, onPause, onResume }: RotationRunViewProps) {
  const t = useT();
  const remaining = useRemaining();
  const { phase, done, total, perSecond, remainingMs } = run;
  const isRunning = run.state === 'running';
  const amount = phase === 'field' ? formatCount : formatBytes;
  return (
    <div className="rotrun">
      <Progress
        icon={isRunning ? 'sync' : 'pause'}
        title={t(isRunning ? 'rotation.running' : 'rotation.paused', {
          reason: t(`rotation.reason-${run.reason}`),
        })}
        done={done}
        total={total}
        {...(run.failure === null ? {} : { tone: 'bad' as const })}
        detail={
          total === 0 || !isRunning
            ? t(`rotation.phase-${phase}`)
            : t(phase === 'field' ? 'rotation.rows-done' : 'rotation.bytes-done', {
                done: isolate(amount(done)),
                total: isolate(amount(total)),
                rate: isolate(amount(Math.round(perSecond))),
              })
        }
        remaining={remainingMs === null || !isRunning ? '' : remaining(remainingMs)}
        action={
          <Button size="s" disabled={isBusy} onClick={isRunning ? onPause : onResume}>
            {t(isRunning ? 'rotation.pause' : 'rotation.resume')}
          </Button>
        }
      />
      <Phases
        names={PHASES.map((one) => t(`rotation.phase-${one}`))}
        current={PHASES.indexOf(phase)}
        percent={total === 0 ? 0 : (100 * done) / total}
      />
      <p className="t12 c3">{t('rotation.leave')}</p>
    </div>
  );
}
