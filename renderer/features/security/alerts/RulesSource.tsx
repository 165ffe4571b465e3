import type { AlertRulesView } from '../../../../shared/ipc/routes/alerts';
import { useAlertWords } from './use-alert-words';

/** By whose thresholds alerts are told. */
export function RulesSource({ rules }: { readonly rules: AlertRulesView }) {
  return <b data-alert-rules>{useAlertWords(rules).source}</b>;
}
