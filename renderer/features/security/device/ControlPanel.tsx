import { isErrorCode } from '../../../../shared/errors/app-error';
import type { DeviceStatus } from '../../../../shared/ipc/routes/device';
import { useT } from '../../../i18n';
import { formatCount, formatTime } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { FailureNote } from '../../../parts/FailureState';
import { useFailureText } from '../../../parts/use-failure-text';
import { Button } from '../../../ui/Button';
import { Notice } from '../../../ui/PageState';

interface ControlPanelProps {
  readonly status: DeviceStatus;
  readonly onContact: () => void;
}

/** The channel by which the centre reaches this device even while it is locked. */
export function ControlPanel({ status, onContact }: ControlPanelProps) {
  const t = useT();
  const text = useFailureText();
  const contact = useCommand('device.contact');
  const { control, outbox } = status;
  const failure = contact.failure === null ? control.failure : null;
  return (
    <section className="panel" aria-label={t('device.control')}>
      <header>
        <h2>{t('device.control')}</h2>
        <Button
          className="end"
          size="s"
          icon="sync"
          disabled={contact.isBusy || !control.hasKey}
          onClick={() => void contact.run({}).then(onContact)}
        >
          {t(contact.isBusy ? 'device.contacting' : 'device.contact')}
        </Button>
      </header>
      <div className="body col g16">
        <dl className="dl">
          <dt>{t('device.last-contact')}</dt>
          <dd className="num">
            {control.lastContactMs === null ? t('device.never') : formatTime(control.lastContactMs)}
          </dd>
          <dt>{t('device.receipts')}</dt>
          <dd className="num">{formatCount(control.waitingReceipts)}</dd>
          <dt>{t('device.outbox')}</dt>
          <dd className="num">{formatCount(outbox.pending)}</dd>
        </dl>
        {control.hasKey ? null : (
          <Notice tone="warn" icon="warn">
            {text({ code: 'CONTROL_NO_KEY' })}
          </Notice>
        )}
        {control.hasKey && failure !== null && isErrorCode(failure) ? (
          <Notice tone="warn" icon="wifioff">
            {t('device.contact-failed')} {text({ code: failure, params: { seconds: 30 } })}
          </Notice>
        ) : null}
        {contact.failure ? <FailureNote failure={contact.failure} /> : null}
        <div>
          <h3 className="t12 c3">{t('device.orders')}</h3>
          {control.applied.length === 0 ? (
            <p className="c2">{t('device.no-orders')}</p>
          ) : (
            <ul className="lines orders">
              {control.applied.map((order) => (
                <li key={order.id}>
                  <span className="num c3">{formatTime(order.atMs)}</span>
                  <b>{t(`device.order-${order.kind}`)}</b>
                  <span className="c2 el">
                    {order.refused === null ? order.reason : t(`device.refused-${order.refused}`)}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
    </section>
  );
}
