import { useT } from '../i18n';
import { isolate } from '../lib/format';
import { useQuery } from '../lib/use-query';
import { Notice } from '../ui/PageState';

/** What the administrator of the machine has set and cannot count; nothing where all of it does. */
export function ManagedFaults() {
  const t = useT();
  const faults = useQuery('managed.facts', {}).data?.faults ?? [];
  if (faults.length === 0) return null;
  return (
    <Notice tone="bad" icon="bad">
      {t('unlock.managed-faults', { fields: isolate(faults.join(', ')) })}
    </Notice>
  );
}
