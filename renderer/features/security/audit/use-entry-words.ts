import { isAct } from '../../../../shared/domain/audit/acts';
import type { AuditEntryView } from '../../../../shared/ipc/routes/audit';
import { useT } from '../../../i18n';
import { formatCount, isolate } from '../../../lib/format';

/** Shown as they are: names and numbers of things, which are not counted. */
const NAMES: readonly string[] = [
  'badge',
  'traceId',
  'version',
  'purpose',
  'text',
  'note',
  'reason',
];
const REASONS = ['on-site-check', 'report-check', 'other'] as const;

/** An entry in words: what was done, by whom, and what of its content is shown. */
export function useEntryWords() {
  const t = useT();
  const wordOf = (name: string, value: string): string => {
    const reason = REASONS.find((one) => one === value);
    if (name === 'reason' && reason !== undefined) return t(`record.reason-${reason}`);
    return NAMES.includes(name) ? value : formatCount(Number(value));
  };
  return {
    act: (kind: string) => (isAct(kind) ? t(`acts.${kind}`) : kind),
    person: (actor: string, name: string | null) =>
      name ?? (actor === 'system' || actor === '' ? t('audit.system') : actor),
    content: ({ fields, state }: Pick<AuditEntryView, 'fields' | 'state'>): string => {
      if (state === 'purged') return t('audit.purged');
      const parts = fields.map(
        ({ name, value }) => `${t(`audit.field-${name}`)} ${isolate(wordOf(name, value))}`,
      );
      if (state === 'withheld') parts.push(t('audit.withheld'));
      return parts.join(' · ');
    },
  };
}
