import type { AuditEntryView } from '../../../../shared/ipc/routes/audit';
import { useT } from '../../../i18n';
import { formatCount, formatTime, isolate } from '../../../lib/format';
import { Button } from '../../../ui/Button';
import { Num } from '../../../ui/Num';
import { PageState } from '../../../ui/PageState';
import type { AuditEntries } from './use-audit';
import { useEntryWords } from './use-entry-words';

/** The entries that were read so far, newest first. */
export function EntryTable({ list }: { readonly list: AuditEntries }) {
  const t = useT();
  const entries = list.entries ?? [];
  if (entries.length === 0 && !list.hasMore)
    return <PageState icon="filter" title={t('audit.none')} text={t('audit.none-text')} />;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key */}
      <section className="scroll x" tabIndex={0} aria-label={t('audit.title')}>
        <table className="tbl">
          <colgroup>
            <col className="w80" />
            <col className="w140" />
            <col className="w120" />
            <col className="w180" />
            <col />
          </colgroup>
          <thead>
            <tr>
              <th scope="col" className="r">
                {t('audit.number')}
              </th>
              <th scope="col">{t('audit.time')}</th>
              <th scope="col">{t('audit.person')}</th>
              <th scope="col">{t('audit.act')}</th>
              <th scope="col">{t('audit.content')}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <EntryRow key={entry.seq} entry={entry} />
            ))}
          </tbody>
        </table>
      </section>
      <div className="tfoot">
        <span>{t('audit.shown', { count: isolate(formatCount(entries.length)) })}</span>
        <span className="end">
          {list.hasMore ? (
            <Button size="s" disabled={list.isBusy} onClick={list.more}>
              {t(entries.length === 0 ? 'audit.more-scanned' : 'audit.more')}
            </Button>
          ) : (
            t('audit.beginning')
          )}
        </span>
      </div>
    </>
  );
}

function EntryRow({ entry }: { readonly entry: AuditEntryView }) {
  const words = useEntryWords();
  const content = words.content(entry);
  return (
    <tr data-kind={entry.kind}>
      <td className="r">
        <Num>{entry.seq}</Num>
      </td>
      <td>
        <span className="num">{formatTime(entry.atMs)}</span>
      </td>
      <td title={entry.actor}>
        <bdi>{words.person(entry.actor, entry.name)}</bdi>
      </td>
      <td title={`${words.act(entry.kind)} (${entry.kind})`}>{words.act(entry.kind)}</td>
      <td className="c2" title={content}>
        <bdi>{content}</bdi>
      </td>
    </tr>
  );
}
