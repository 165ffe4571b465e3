import { IMPORT_VERDICTS } from '../../../../shared/domain/imports/rows';
import type { ImportHead } from '../../../../shared/ipc/routes/imports';
import { useT } from '../../../i18n';
import { formatCount, isolate } from '../../../lib/format';
import type { IconName } from '../../../ui/icon-paths';
import { Tag, type TagTone } from '../../../ui/Tag';

const LOOKS: Readonly<Record<ImportHead['state'], readonly [TagTone, IconName]>> = {
  waiting: ['info', 'queue'],
  judged: ['ok', 'ok'],
  returned: ['bad', 'bad'],
  'under-review': ['warn', 'review'],
};

/** Where a list is on its way. */
export function StateTag({ state }: { readonly state: ImportHead['state'] }) {
  const t = useT();
  const [tone, icon] = LOOKS[state];
  return (
    <Tag tone={tone} icon={icon} look="text">
      {t(`imports.state-${state}`)}
    </Tag>
  );
}

/** How many rows the centre took, and how many not. */
export function Sums({ counts }: Pick<ImportHead, 'counts'>) {
  const t = useT();
  const { taken = 0 } = counts;
  const others = IMPORT_VERDICTS.reduce((sum, one) => sum + (counts[one] ?? 0), 0) - taken;
  if (taken + others === 0) return <span className="c3">–</span>;
  return (
    <span className="row">
      <span>{t('imports.sum-taken', { count: isolate(formatCount(taken)) })}</span>
      {others === 0 ? null : (
        <span className="c2">
          {t('imports.sum-other', { count: isolate(formatCount(others)) })}
        </span>
      )}
    </span>
  );
}
