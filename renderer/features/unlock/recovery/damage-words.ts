import type { DiagnosisView } from '../../../../shared/ipc/routes/recovery';
import type { Translate } from '../../../i18n';
import type { CatalogueKey } from '../../../i18n/catalogue';
import { formatCount, isolate } from '../../../lib/format';

export type FileView = DiagnosisView['journal'];
type Part = FileView['parts'][number];

const ENTITIES = ['company', 'person', 'certificate', 'event', 'training', 'exam', 'attachment'];
const OWN = ['audit', 'outbox', 'query_log', 'name'];

/** What a file is called on these pages. */
export function fileWord(t: Translate, file: string): string {
  return t(`recovery.file-${file}` as CatalogueKey);
}

function tableWord(t: Translate, table: string | null): string {
  if (table !== null && ENTITIES.includes(table)) return t(`entities.${table}` as CatalogueKey);
  return t(
    `recovery.table-${table !== null && OWN.includes(table) ? table : 'other'}` as CatalogueKey,
  );
}

function rangeWord(t: Translate, { after, until }: Part): string {
  const from = after === null ? null : isolate(after + 1);
  const to = until === null ? null : isolate(until);
  if (from !== null && to !== null) return t('recovery.range', { from, to });
  if (from !== null) return t('recovery.range-from', { from: isolate(after ?? 0) });
  return to === null ? '' : t('recovery.range-to', { to });
}

/** A damaged place in words: what it held, and which records. */
export function partWords(t: Translate, part: Part): string {
  const table = tableWord(t, part.table);
  switch (part.part) {
    case 'free':
      return t('recovery.part-free');
    case 'unknown':
      return t('recovery.part-unknown');
    case 'index':
      return t('recovery.part-index', { table });
    case 'rows': {
      const range = rangeWord(t, part);
      return range === '' ? table : `${table} · ${range}`;
    }
  }
}

/** How much of a file is damaged. */
export function pagesWord(t: Translate, file: FileView): string {
  return t('recovery.pages', {
    pages: isolate(formatCount(file.pages)),
    damaged: isolate(formatCount(file.damagedPages)),
  });
}
