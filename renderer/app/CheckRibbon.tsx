import type { CheckItem, SelfCheckStatus } from '../../shared/ipc/routes/self-check';
import { useT } from '../i18n';
import { useDesk } from '../lib/desk-store';
import { Icon } from '../ui/Icon';

const faultsOf = (check: SelfCheckStatus | null): readonly CheckItem[] =>
  (check?.runs[0]?.items ?? []).filter(({ state }) => state === 'bad');

export const hasFaults = (check: SelfCheckStatus | null): boolean => faultsOf(check).length > 0;

/** On every page until a later check finds nothing: what the last self-check found bad. */
export function CheckRibbon() {
  const t = useT();
  const check = useDesk((store) => store.check);
  const faults = faultsOf(check);
  if (faults.length === 0) return null;
  const items = faults.map(({ name }) => t(`check.item-${name}`)).join(t('check.joiner'));
  return (
    <div className="ribbon" role="alert">
      <Icon name="bad" size="s" />
      <b>{t('check.ribbon-title')}</b>
      <span>{t('check.ribbon-text', { items })}</span>
    </div>
  );
}
