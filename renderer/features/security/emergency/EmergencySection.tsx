import type { EmergencyStatus } from '../../../../shared/ipc/routes/emergency';
import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { formatBytes, formatCount, formatTime, isolate } from '../../../lib/format';
import { useQuery } from '../../../lib/use-query';
import { FailureState } from '../../../parts/FailureState';
import { Icon } from '../../../ui/Icon';
import { Notice, PageState, Skeleton } from '../../../ui/PageState';
import { Tag } from '../../../ui/Tag';
import { LevelPanel } from './LevelPanel';

/** Emergency levels; what an emergency on this device would show, and what the last one left in the audit log. */
export function EmergencySection() {
  const t = useT();
  // A level that arrives while this is open: the panel must not say less than the bar above every page.
  const level = useDesk(({ state }) => state?.emergency.level);
  const moment = `${level?.level} ${level?.sinceMs} ${level?.isOrdered}`;
  const { data, failure, reload } = useQuery('emergency.status', {}, moment);
  if (data === null || failure) {
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
  return (
    <>
      <LevelPanel level={data.level} onChanged={reload} />
      <div className="grid2 grow">
        <CachePanel cache={data.cache} />
        <LogPanel report={data.lastImport} />
      </div>
    </>
  );
}

function CachePanel({ cache }: { readonly cache: EmergencyStatus['cache'] }) {
  const t = useT();
  return (
    <section className="panel grow">
      <header>
        <h2>{t('emergency.cache')}</h2>
        {cache === null ? null : (
          <span className="end">
            <Tag
              look="text"
              tone={cache.isBehind ? 'warn' : 'ok'}
              icon={cache.isBehind ? 'warn' : 'ok'}
            >
              {t(cache.isBehind ? 'emergency.behind' : 'emergency.whole')}
            </Tag>
          </span>
        )}
      </header>
      {cache === null ? (
        <PageState
          icon="layers"
          title={t('emergency.no-cache')}
          text={t('emergency.no-cache-text')}
        />
      ) : (
        <div className="body col">
          <ul className="lines">
            <li>
              <Icon name="clock" size="s" />
              {t('shell.as-of')}
              <span className="end c2 num">
                {cache.asOfMs === null ? '–' : formatTime(cache.asOfMs)}
              </span>
            </li>
            <li>
              <Icon name="layers" size="s" />
              {t('emergency.size')}
              <span className="end c2 num">{formatBytes(cache.bytes)}</span>
            </li>
            <li>
              <Icon name="sync" size="s" />
              {t('emergency.updates')}
              <span className="end c2 num">{formatCount(cache.pages)}</span>
            </li>
          </ul>
          <p className="t12 c3">{t('emergency.cache-text')}</p>
        </div>
      )}
    </section>
  );
}

function LogPanel({ report }: { readonly report: EmergencyStatus['lastImport'] }) {
  const t = useT();
  return (
    <section className="panel grow">
      <header>
        <h2>{t('emergency.log')}</h2>
      </header>
      {report === null ? (
        <PageState
          icon="shieldok"
          title={t('emergency.no-log')}
          text={t('emergency.no-log-text')}
        />
      ) : (
        <div className="body col">
          {report.faultAt === null ? (
            <Notice tone="ok" icon="ok">
              {t('emergency.log-ok', { count: isolate(formatCount(report.acts)) })}
            </Notice>
          ) : (
            <Notice tone="bad" icon="warn">
              {t('emergency.log-fault', { entry: isolate(report.faultAt) })}
            </Notice>
          )}
          {report.isTorn ? (
            <Notice tone="info" icon="info">
              {t('emergency.log-torn')}
            </Notice>
          ) : null}
          <ul className="lines">
            <li>
              <Icon name="clock" size="s" />
              {t('emergency.imported')}
              <span className="end c2 num">{formatTime(report.atMs)}</span>
            </li>
          </ul>
        </div>
      )}
    </section>
  );
}
