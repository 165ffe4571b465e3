import { useCallback, useEffect, useState } from 'react';
import { useT } from '../../../i18n';
import type { Failure } from '../../../lib/desk';
import { refreshCheck, useDesk } from '../../../lib/desk-store';
import { formatBytes, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote, FailureState } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Notice, PageState, Skeleton } from '../../../ui/PageState';
import { Progress } from '../../../ui/Progress';
import { CheckTable } from './CheckTable';
import { RunList } from './RunList';

/** The daily self-check: what the last one found, what to do, and the runs before it. */
export function CheckSection() {
  const t = useT();
  const status = useDesk((store) => store.check);
  const progress = useDesk((store) => store.checkProgress);
  const start = useCommand('self-check.start');
  const cancel = useCommand('self-check.cancel');
  const [failure, setFailure] = useState<Failure | null>(null);
  const reload = useCallback(() => void refreshCheck().then(setFailure), []);
  const isKnown = status !== null;
  useEffect(() => {
    if (!isKnown) reload();
  }, [isKnown, reload]);
  if (status === null) {
    return (
      <section className="panel grow">
        {failure ? (
          <FailureState failure={failure} onRetry={reload} />
        ) : (
          <Skeleton label={t('state.loading')} rows={8} />
        )}
      </section>
    );
  }
  const acted = start.failure ?? cancel.failure;
  const last = status.runs[0];
  return (
    <>
      {acted ? <FailureNote failure={acted} /> : <Notice icon="shieldok">{t('check.text')}</Notice>}
      <div className="bk grow">
        <section className="panel">
          <header>
            <h2>{t('check.title')}</h2>
            <span className="end">
              <Button
                look="primary"
                size="s"
                icon="shieldok"
                disabled={progress !== null || start.isBusy}
                onClick={() => void start.run({})}
              >
                {t('check.now')}
              </Button>
            </span>
          </header>
          {progress === null ? null : (
            <div className="bkrun">
              <Progress
                icon="shieldok"
                title={t('check.running')}
                done={progress.doneBytes}
                total={progress.totalBytes}
                detail={
                  progress.totalBytes > 0
                    ? t('check.progress', {
                        item: t(`check.item-${progress.item}`),
                        done: isolate(formatBytes(progress.doneBytes)),
                        total: isolate(formatBytes(progress.totalBytes)),
                      })
                    : t(`check.item-${progress.item}`)
                }
                remaining=""
                action={
                  <Button size="s" disabled={cancel.isBusy} onClick={() => void cancel.run({})}>
                    {t('act.cancel')}
                  </Button>
                }
              />
              <p className="t12 c3">{t('check.leave')}</p>
            </div>
          )}
          {last === undefined ? (
            progress === null ? (
              <PageState icon="shieldok" title={t('check.none')} text={t('check.none-text')} />
            ) : null
          ) : (
            <CheckTable run={last} />
          )}
        </section>
        <div className="col">
          <RunList status={status} />
        </div>
      </div>
    </>
  );
}
