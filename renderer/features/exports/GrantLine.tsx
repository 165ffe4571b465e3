import { useT } from '../../i18n';
import { isolate } from '../../lib/format';
import { regionName, useTables } from '../../lib/tables';
import { TimeLeft } from '../../parts/granted/TimeLeft';
import { useGrants } from '../../parts/granted/use-grants';
import { Button } from '../../ui/Button';
import { Tag } from '../../ui/Tag';

/** Says of an export that its rows are another region's, by which grant, and until when. */
export function GrantLine({
  grant,
  onLeave,
}: {
  readonly grant: string;
  readonly onLeave?: () => void;
}) {
  const t = useT();
  const tables = useTables();
  const held = useGrants().find((one) => one.request === grant);
  const regions = held?.regions.map((region) => regionName(tables, region)).join(' ') ?? '';
  return (
    <div className="row wrap">
      <Tag look="text" tone="warn" icon="layers">
        {held === undefined
          ? t('exports.granted-over')
          : t('crossregion.granted-from', { region: isolate(regions) })}
      </Tag>
      <bdi className="mono c2">{grant}</bdi>
      {held === undefined ? null : <TimeLeft untilMs={held.untilMs} />}
      <span className="c2">{t('exports.granted-text')}</span>
      {onLeave === undefined ? null : (
        <Button size="s" look="quiet" onClick={onLeave}>
          {t('exports.granted-off')}
        </Button>
      )}
    </div>
  );
}
