import { ACT_GROUPS } from '../../../../shared/domain/audit/acts';
import { dayInShanghai, shanghaiStartMs } from '../../../../shared/kernel/day';
import { useT } from '../../../i18n';
import { Button } from '../../../ui/Button';
import { ChipSelect } from '../../../ui/Select';
import { DayInput } from './DayInput';
import type { AuditFilter, AuditState } from './use-audit';

interface FilterBarProps {
  readonly state: AuditState;
  readonly filter: AuditFilter;
  readonly onChange: (filter: AuditFilter) => void;
}

/** Sets one field, or takes it out. */
function narrowed(filter: AuditFilter, name: keyof AuditFilter, value: unknown): AuditFilter {
  const { [name]: _former, ...rest } = filter;
  return value === undefined || value === '' ? rest : { ...rest, [name]: value };
}

/** Time, person, act and device. */
export function FilterBar({ state, filter, onChange }: FilterBarProps) {
  const t = useT();
  const set = (name: keyof AuditFilter, value: unknown) => onChange(narrowed(filter, name, value));
  const all = { value: '', label: t('audit.all') };
  return (
    <fieldset className="auditbar" aria-label={t('audit.filters')}>
      <DayInput
        label={t('audit.from')}
        day={filter.fromMs === undefined ? null : dayInShanghai(filter.fromMs)}
        onDay={(day) => set('fromMs', day === null ? undefined : shanghaiStartMs(day))}
      />
      <span aria-hidden="true">–</span>
      <DayInput
        label={t('audit.until')}
        day={filter.untilMs === undefined ? null : dayInShanghai(filter.untilMs) - 1}
        onDay={(day) => set('untilMs', day === null ? undefined : shanghaiStartMs(day + 1))}
      />
      <ChipSelect
        label={t('audit.person')}
        value={filter.actor ?? ''}
        choices={[
          all,
          ...state.people.map(({ userId, badge, name }) => ({
            value: userId,
            label: `${name} ${badge}`,
          })),
          { value: 'system', label: t('audit.system') },
        ]}
        onChange={(value) => set('actor', value)}
      />
      <ChipSelect
        label={t('audit.act')}
        value={filter.group ?? ''}
        choices={[
          all,
          ...ACT_GROUPS.map((group) => ({ value: group, label: t(`acts.group-${group}`) })),
        ]}
        onChange={(value) => set('group', value)}
      />
      <ChipSelect
        label={t('audit.device')}
        value={filter.device ?? ''}
        choices={[
          all,
          { value: 'own', label: t('audit.device-own') },
          { value: 'other', label: t('audit.device-other') },
        ]}
        onChange={(value) => set('device', value)}
      />
      {Object.keys(filter).length === 0 ? null : (
        <Button size="s" look="quiet" icon="x" onClick={() => onChange({})}>
          {t('audit.clear')}
        </Button>
      )}
    </fieldset>
  );
}
