import { useState } from 'react';
import { useT } from '../../../i18n';
import { formatCount, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote, FailureState } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Notice, Skeleton } from '../../../ui/PageState';
import { Progress } from '../../../ui/Progress';
import { PurgeDialog } from './PurgeDialog';
import { PurgePanel } from './PurgePanel';
import { RetentionTable } from './RetentionTable';
import { useRetention } from './use-retention';

/** What is kept how long, what the last purge took and what the next one would take. */
export function RetentionSection() {
  const t = useT();
  const { status, failure, expect, reload } = useRetention();
  const run = useCommand('retention.run');
  const [isAsking, setAsking] = useState(false);
  if (status === null) {
    return (
      <section className="panel grow">
        {failure ? (
          <FailureState failure={failure} onRetry={reload} />
        ) : (
          <Skeleton label={t('state.loading')} rows={5} />
        )}
      </section>
    );
  }
  const { running, held } = status;
  const purge = async () => {
    const take = expect();
    const next = await run.run({});
    if (next === null) return;
    take(next);
    setAsking(false);
  };
  return (
    <>
      {held === null ? (
        <Notice icon="shieldok">{t('retention.text')}</Notice>
      ) : (
        <Notice
          tone={held === 'role' ? 'info' : 'warn'}
          icon={held === 'clock-ahead' ? 'clock' : 'info'}
        >
          {t(`retention.held-${held}`)}
        </Notice>
      )}
      {run.failure && !isAsking ? <FailureNote failure={run.failure} /> : null}
      <div className="bk grow">
        <section className="panel">
          <header>
            <h2>{t('retention.title')}</h2>
            {status.mayRun ? (
              <span className="end">
                <Button
                  size="s"
                  icon="clock"
                  disabled={running !== null || run.isBusy}
                  onClick={() => setAsking(true)}
                >
                  {t('retention.run')}
                </Button>
              </span>
            ) : null}
          </header>
          {running === null ? null : (
            <div className="bkrun">
              <Progress
                icon="clock"
                title={t('retention.running')}
                done={0}
                total={0}
                detail={t('retention.running-text', {
                  count: isolate(
                    formatCount(
                      running.lookUps + running.batches + running.reports + running.visits,
                    ),
                  ),
                })}
                remaining=""
              />
            </div>
          )}
          <RetentionTable status={status} />
        </section>
        <div className="col">
          <PurgePanel status={status} />
        </div>
      </div>
      {isAsking && status.next !== null ? (
        <PurgeDialog
          next={status.next}
          isBusy={run.isBusy}
          failure={run.failure}
          onClose={() => setAsking(false)}
          onRun={() => void purge()}
        />
      ) : null}
    </>
  );
}
