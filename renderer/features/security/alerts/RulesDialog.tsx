import { THRESHOLD_BOUNDS, THRESHOLDS } from '../../../../shared/domain/alerts/thresholds';
import type { AlertRulesView } from '../../../../shared/ipc/routes/alerts';
import { useT } from '../../../i18n';
import { formatCount } from '../../../lib/format';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { useAlertWords } from './use-alert-words';

interface RulesDialogProps {
  readonly rules: AlertRulesView;
  readonly onClose: () => void;
}

/** From which numbers on alerts are told, who said so, and how far a policy may go. */
export function RulesDialog({ rules, onClose }: RulesDialogProps) {
  const t = useT();
  const words = useAlertWords(rules);
  return (
    <Dialog
      title={t('alerts.rules-title')}
      onClose={onClose}
      actions={
        <Button look="primary" onClick={onClose}>
          {t('act.close')}
        </Button>
      }
    >
      <p>
        <b>{words.source}</b>
      </p>
      <p className="c2">{t('alerts.rules-text')}</p>
      <table className="tbl alert-rules">
        <thead>
          <tr>
            <th scope="col">{t('alerts.threshold')}</th>
            <th scope="col" className="r">
              {t('alerts.value')}
            </th>
            <th scope="col" className="r">
              {t('alerts.range')}
            </th>
          </tr>
        </thead>
        <tbody>
          {THRESHOLDS.map((name) => (
            <tr key={name} data-threshold={name}>
              <td className="wraps">{t(`alerts.t-${name}`)}</td>
              <td className="r num">{formatCount(rules.thresholds[name])}</td>
              <td className="r num c3">
                <bdi>{THRESHOLD_BOUNDS[name].join('–')}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
