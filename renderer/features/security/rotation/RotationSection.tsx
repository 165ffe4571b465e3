import { useState } from 'react';
import type { RotationReason } from '../../../../shared/ipc/routes/rotation';
import { useT } from '../../../i18n';
import { useCommand } from '../../../lib/use-command';
import { FailureNote, FailureState } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Skeleton } from '../../../ui/PageState';
import { KeyPanel } from './KeyPanel';
import { RotationNotices } from './RotationNotices';
import { RotationRunView } from './RotationRunView';
import { StartDialog } from './StartDialog';
import { useRotation } from './use-rotation';
import { WhyPanel } from './WhyPanel';

/** When keys were changed, why to change them, and the change itself. */
export function RotationSection() {
  const t = useT();
  const { rotation, failure, take, reload } = useRotation();
  const start = useCommand('rotation.start');
  const request = useCommand('rotation.request');
  const pause = useCommand('rotation.pause');
  const resume = useCommand('rotation.resume');
  const [isAsking, setAsking] = useState(false);
  if (rotation === null) {
    return (
      <section className="panel grow">
        {failure ? (
          <FailureState failure={failure} onRetry={reload} />
        ) : (
          <Skeleton label={t('state.loading')} rows={4} />
        )}
      </section>
    );
  }
  const { run, mayStart, mayRequest } = rotation;
  const act = async (reason: RotationReason) => {
    const next = await (mayStart ? start.run({ reason }) : request.run({ reason }));
    if (next === null) return;
    take(next);
    setAsking(false);
  };
  const acted = pause.failure ?? resume.failure;
  return (
    <>
      {acted ? <FailureNote failure={acted} /> : <RotationNotices rotation={rotation} />}
      <div className="rot grow">
        <section className="panel">
          <header>
            <h2>{t('rotation.title')}</h2>
            {mayStart || mayRequest ? (
              <span className="end">
                <Button look="primary" size="s" icon="key" onClick={() => setAsking(true)}>
                  {t(mayStart ? 'rotation.start' : 'rotation.request')}
                </Button>
              </span>
            ) : null}
          </header>
          {run === null || run.state === 'waiting' ? null : (
            <RotationRunView
              run={run}
              isBusy={pause.isBusy || resume.isBusy}
              onPause={() => void pause.run({}).then((next) => next && take(next))}
              onResume={() => void resume.run({}).then((next) => next && take(next))}
            />
          )}
          <KeyPanel rotation={rotation} />
        </section>
        <WhyPanel />
      </div>
      {isAsking ? (
        <StartDialog
          rotation={rotation}
          isBusy={start.isBusy || request.isBusy}
          failure={start.failure ?? request.failure}
          onClose={() => setAsking(false)}
          onStart={(reason) => void act(reason)}
        />
      ) : null}
    </>
  );
}
