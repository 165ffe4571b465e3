import type { Restored } from '../../../shared/ipc/routes/restore';
import { useT } from '../../i18n';
import { formatCount, isolate } from '../../lib/format';
import { PageState } from '../../ui/PageState';

/** What happened, in one sentence, and what to do next. */
export function DoneStep({ restored }: { readonly restored: Restored }) {
  const t = useT();
  const { formerFolder, isSliceProven } = restored;
  const facts = {
    rows: isolate(formatCount(restored.rows)),
    entries: isolate(formatCount(restored.auditEntries)),
    seconds: isolate((restored.tookMs / 1000).toFixed(1)),
  };
  const done =
    formerFolder === null
      ? t('restore.done-fresh', facts)
      : t('restore.done-text', { ...facts, folder: isolate(formerFolder) });
  const lines = [
    done,
    ...(isSliceProven ? [] : [t('restore.done-unproven')]),
    t('restore.done-next'),
  ];
  return <PageState icon="shieldok" title={t('restore.done')} text={lines.join('\n')} />;
}
