import { useT } from '../../i18n';
import { isolate } from '../../lib/format';
import { regionName, useTables } from '../../lib/tables';
import { Tag } from '../../ui/Tag';
import { GrantAge } from './GrantAge';
import { TimeLeft } from './TimeLeft';
import type { UsableGrant } from './use-grants';

/** Says of a panel that its rows are another region's, by a grant, and until when. */
export function GrantHead({ grant }: { readonly grant: UsableGrant }) {
  const t = useT();
  const tables = useTables();
  const names = grant.regions.map((region) => regionName(tables, region)).join(' ');
  return (
    <header className="granted-head">
      <h2>{t('crossregion.granted-from', { region: isolate(names) })}</h2>
      <Tag look="text" tone="warn" icon="layers">
        {t('crossregion.granted-tag')}
      </Tag>
      <GrantAge request={grant.request} />
      <span className="end">
        <TimeLeft untilMs={grant.untilMs} />
      </span>
    </header>
  );
}
