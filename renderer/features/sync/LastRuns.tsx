import type { SyncStatus } from '../../../shared/ipc/routes/sync';
import { useT } from '../../i18n';
import { formatBytes, formatCount, formatTime, isolate } from '../../lib/format';
import { useFailureText } from '../../parts/use-failure-text';
import { Icon } from '../../ui/Icon';
import { Tag } from '../../ui/Tag';

const LOOKS = {
  done: { tone: 'ok', icon: 'ok' },
  failed: { tone: 'warn', icon: 'warn' },
  cancelled: { tone: 'off', icon: 'ban' },
} as const;

/** The last runs, newest first, each in one sentence. */
export function LastRuns({ runs }: { readonly runs: SyncStatus['runs'] }) {
  const t = useT();
  const text = useFailureText();
  return (
    <>
      <header className="runs">
        <h2>{t('sync.last')}</h2>
      </header>
      {runs.length === 0 ? (
        <p className="noruns c3">{t('sync.no-runs')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
        <section className="scroll" tabIndex={0}>
          <table className="tbl">
            <colgroup>
              <col className="w140" />
              <col className="w120" />
              <col />
              <col className="w96" />
            </colgroup>
            <thead className="vh">
              <tr>
                <th scope="col">{t('sync.started')}</th>
                <th scope="col">{t('sync.what')}</th>
                <th scope="col">{t('sync.happened')}</th>
                <th scope="col">{t('exports.result')}</th>
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => {
                const sentence = run.error
                  ? text({ code: run.error })
                  : t('sync.run-text', {
                      rows: isolate(formatCount(run.rows)),
                      bytes: isolate(formatBytes(run.bytes)),
                      seconds: isolate(
                        Math.max(1, Math.round((run.endedMs - run.startedMs) / 1000)),
                      ),
                    });
                return (
                  <tr key={run.runId}>
                    <td>
                      <span className="num">{formatTime(run.startedMs)}</span>
                    </td>
                    <td>
                      <span className="row">
                        {t(run.isFirst ? 'sync.first' : 'sync.delta')}
                        {run.isStick ? (
                          <span className="row c3" title={t('sync.by-stick')}>
                            <Icon name="usb" size="s" />
                            <span className="vh">{t('sync.by-stick')}</span>
                          </span>
                        ) : null}
                      </span>
                    </td>
                    <td className="c2" title={sentence}>
                      {sentence}
                    </td>
                    <td>
                      <Tag look="text" {...LOOKS[run.outcome]}>
                        {t(`sync.${run.outcome}`)}
                      </Tag>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}
