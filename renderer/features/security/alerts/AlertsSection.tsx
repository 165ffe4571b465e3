import { useState } from 'react';
import type { AlertView } from '../../../../shared/ipc/routes/alerts';
import { say, useT } from '../../../i18n';
import { formatCount, formatTime, isolate } from '../../../lib/format';
import { useQuery } from '../../../lib/use-query';
import { FailureState } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Notice, PageState, Skeleton } from '../../../ui/PageState';
import { showToast } from '../../../ui/toast-store';
import { AcknowledgeDialog } from './AcknowledgeDialog';
import { AlertTable } from './AlertTable';
import { RulesDialog } from './RulesDialog';
import { RulesSource } from './RulesSource';

/** What is out of the ordinary in the log, why, and what somebody found out about it. */
export function AlertsSection() {
  const t = useT();
  const { data, failure, reload } = useQuery('alerts.list', {});
  const [showsRules, setShowsRules] = useState(false);
  const [chosen, setChosen] = useState<AlertView | null>(null);
  if (data === null) {
    return (
      <section className="panel grow">
        {failure ? (
          <FailureState failure={failure} onRetry={reload} />
        ) : (
          <Skeleton label={t('state.loading')} rows={6} />
        )}
      </section>
    );
  }
  const entries = isolate(formatCount(data.entries));
  return (
    <>
      <Notice
        icon="bell"
        action={
          <Button size="s" onClick={() => setShowsRules(true)}>
            {t('alerts.rules')}
          </Button>
        }
      >
        {t('alerts.text')} <RulesSource rules={data.rules} />
      </Notice>
      {data.isCut ? (
        <Notice tone="warn" icon="warn">
          {t('alerts.cut')}
        </Notice>
      ) : null}
      <section className="panel grow">
        {data.alerts.length === 0 ? (
          <PageState
            icon="shieldok"
            title={t('alerts.none')}
            text={t('alerts.none-text', { entries })}
          />
        ) : (
          <>
            <AlertTable alerts={data.alerts} rules={data.rules} onAcknowledge={setChosen} />
            <div className="tfoot">
              <span>{t('alerts.looked', { entries, time: isolate(formatTime(data.atMs)) })}</span>
            </div>
          </>
        )}
      </section>
      {showsRules ? <RulesDialog rules={data.rules} onClose={() => setShowsRules(false)} /> : null}
      {chosen === null ? null : (
        <AcknowledgeDialog
          alert={chosen}
          rules={data.rules}
          onClose={() => setChosen(null)}
          onDone={() => {
            setChosen(null);
            showToast({ tone: 'ok', text: () => say('alerts.kept') });
            reload();
          }}
        />
      )}
    </>
  );
}
