import type { AlertRulesView, AlertView } from '../../../../shared/ipc/routes/alerts';
import { useT } from '../../../i18n';
import { formatTime, isolate, isolateText } from '../../../lib/format';
import { Button } from '../../../ui/Button';
import { Tag } from '../../../ui/Tag';
import { useAlertWords } from './use-alert-words';

interface AlertTableProps {
  readonly alerts: readonly AlertView[];
  readonly rules: AlertRulesView;
  readonly onAcknowledge: (alert: AlertView) => void;
}

/** Alerts, the newest first, each with its reason. */
export function AlertTable({ alerts, rules, onAcknowledge }: AlertTableProps) {
  const t = useT();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
    <section className="scroll x" tabIndex={0} aria-label={t('alerts.title')}>
      <table className="tbl findings">
        <colgroup>
          <col className="w140" />
          <col className="w120" />
          <col />
          <col className="w120" />
          <col className="w180" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t('alerts.when')}</th>
            <th scope="col">{t('alerts.person')}</th>
            <th scope="col">{t('alerts.why')}</th>
            <th scope="col">{t('alerts.state')}</th>
            <th scope="col">
              <span className="vh">{t('alerts.acts')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert) => (
            <AlertRow key={alert.key} alert={alert} rules={rules} onAcknowledge={onAcknowledge} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function AlertRow({
  alert,
  rules,
  onAcknowledge,
}: {
  readonly alert: AlertView;
  readonly rules: AlertRulesView;
  readonly onAcknowledge: (alert: AlertView) => void;
}) {
  const t = useT();
  const words = useAlertWords(rules);
  const { isOpen, isOwn, acknowledged } = alert;
  return (
    <tr data-rule={alert.rule} data-open={isOpen}>
      <td className="wraps">
        {words.when(alert).map((time) => (
          <div className="num" key={time}>
            {time}
          </div>
        ))}
      </td>
      <td className="wraps">
        <bdi>{alert.name ?? alert.actor}</bdi>
      </td>
      <td className="wraps">
        <b>{words.rule(alert)}</b>
        <p className="t12 c2">{words.why(alert)}</p>
        {acknowledged === null ? null : (
          <p className="t12 c3">
            {t('alerts.done-by', {
              name: isolate(acknowledged.name),
              time: isolate(formatTime(acknowledged.atMs)),
              note: isolateText(acknowledged.note),
            })}
          </p>
        )}
      </td>
      <td>
        <Tag look="text" tone={isOpen ? 'warn' : 'ok'} icon={isOpen ? 'warn' : 'ok'}>
          {t(isOpen ? 'alerts.open' : 'alerts.done')}
        </Tag>
      </td>
      <td className="wraps r">
        {isOpen && isOwn ? <span className="t12 c3">{t('alerts.own')}</span> : null}
        {isOpen && !isOwn ? (
          <Button size="s" onClick={() => onAcknowledge(alert)}>
            {t('alerts.acknowledge')}
          </Button>
        ) : null}
      </td>
    </tr>
  );
}
