import type { DeviceStatus } from '../../../../shared/ipc/routes/device';
import { useT } from '../../../i18n';
import { formatTime } from '../../../lib/format';
import { RenewLease } from '../../../parts/RenewLease';

interface DeviceFactsProps {
  readonly status: DeviceStatus;
  readonly onRenewed: () => void;
}

/** Number, enrolment and lease. */
export function DeviceFacts({ status, onRenewed }: DeviceFactsProps) {
  const t = useT();
  const { lease } = status;
  return (
    <section className="panel" aria-label={t('device.this')}>
      <header>
        <h2>{t('device.this')}</h2>
      </header>
      <div className="body col g16">
        <dl className="dl">
          <dt>{t('device.number')}</dt>
          <dd className="num sel">{status.device}</dd>
          <dt>{t('device.office-code')}</dt>
          <dd className="num sel">{status.officeCode}</dd>
          <dt>{t('device.enrolled')}</dt>
          <dd className="num">{formatTime(status.enrolledMs)}</dd>
          <dt>{t('device.lease')}</dt>
          <dd className={lease ? 'num' : 'warn'}>
            {lease ? formatTime(lease.untilMs) : t('device.lease-none')}
          </dd>
        </dl>
        <p className="t12 c3">{t('device.renew-text')}</p>
        <RenewLease onRenewed={onRenewed} />
      </div>
    </section>
  );
}
