import type { SelfCheckRun, SelfCheckStatus } from '../../../../shared/ipc/routes/self-check';
import { useT } from '../../../i18n';
import { formatTime, isolate } from '../../../lib/format';
import { useMinute } from '../../../lib/use-clock';
import { Tag } from '../../../ui/Tag';

const countOf = (run: SelfCheckRun, state: 'bad' | 'warn'): number =>
  run.items.filter((item) => item.state === state).length;

/** When it was checked and will be, and how the last runs ended. */
export function RunList({ status }: { readonly status: SelfCheckStatus }) {
  const t = useT();
  const nowMs = useMinute();
  return (
    <section className="panel grow">
      <header>
        <h2>{t('check.last-runs')}</h2>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key */}
      <section className="body past-runs" tabIndex={0} aria-label={t('check.last-runs')}>
        <p className="t12 c3">
          {t('check.next')}{' '}
          <span className="num">
            {status.nextMs <= nowMs ? t('check.next-now') : formatTime(status.nextMs)}
          </span>
        </p>
        {status.runs.map((run) => {
          const [bad, warn] = [countOf(run, 'bad'), countOf(run, 'warn')];
          const tone = bad > 0 ? 'bad' : warn > 0 ? 'warn' : 'ok';
          return (
            <div key={run.atMs} className="past-run">
              <div className="row">
                <span className="num">{formatTime(run.atMs)}</span>
                <span className="end t12 c3">
                  {t(`check.by-${run.by}`)} ·{' '}
                  {t('check.seconds', {
                    seconds: isolate(((run.endedMs - run.atMs) / 1000).toFixed(1)),
                  })}
                </span>
              </div>
              <Tag look="text" tone={tone} icon={tone}>
                {tone === 'ok'
                  ? t('check.all-good')
                  : t('check.found', { bad: isolate(bad), warn: isolate(warn) })}
              </Tag>
            </div>
          );
        })}
      </section>
    </section>
  );
}
