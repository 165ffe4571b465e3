import { useState } from 'react';
import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { useQuery } from '../../../lib/use-query';
import { ClockNotice } from '../../../parts/ClockNotice';
import { FailureState } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Skeleton } from '../../../ui/PageState';
import { ControlPanel } from './ControlPanel';
import { DeviceFacts } from './DeviceFacts';
import { WipeDialog } from './WipeDialog';

/** This device: what it is, how long it may work without contact, what the centre ordered, and its end. */
export function DeviceSection() {
  const t = useT();
  const role = useDesk((store) => store.state?.session?.role);
  const [isWiping, setWiping] = useState(false);
  const status = useQuery('device.status', {});
  if (status.data === null) {
    return (
      <section className="panel grow">
        {status.failure ? (
          <FailureState failure={status.failure} onRetry={status.reload} />
        ) : (
          <Skeleton label={t('state.loading')} />
        )}
      </section>
    );
  }
  const { data } = status;
  const mayWipe = role === 'security-admin' || role === 'head';
  return (
    <>
      <ClockNotice />
      <div className="grid2 stop">
        <DeviceFacts status={data} onRenewed={status.reload} />
        <ControlPanel status={data} onContact={status.reload} />
      </div>
      <section className="panel none-grow" aria-label={t('device.wipe')}>
        <header>
          <h2>{t('device.wipe')}</h2>
        </header>
        <div className="body device-end">
          <p className="c2">{t('device.wipe-text')}</p>
          {mayWipe ? (
            <Button look="danger" icon="ban" onClick={() => setWiping(true)}>
              {t('device.wipe-open')}
            </Button>
          ) : (
            <p className="c3">{t('device.wipe-who')}</p>
          )}
        </div>
      </section>
      {isWiping ? <WipeDialog status={data} onClose={() => setWiping(false)} /> : null}
    </>
  );
}
