import { useState } from 'react';
import type { FormerOffice } from '../../../../shared/ipc/routes/former';
import { say, useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { formatBytes, formatTime, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { useQuery } from '../../../lib/use-query';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { showToast } from '../../../ui/toast-store';
import { FormerDialog } from './FormerDialog';

/** What restores put aside on this device: kept, handed out, or deleted on purpose. Nothing where there is none. */
export function FormerPanel() {
  const t = useT();
  const { data, failure, reload } = useQuery('former.list', {});
  const hand = useCommand('former.export');
  const remove = useCommand('former.remove');
  const [doomed, setDoomed] = useState<FormerOffice | null>(null);
  const role = useDesk((desk) => desk.state?.session?.role);
  const offices = data?.offices ?? [];
  if (failure) return <FailureNote failure={failure} />;
  if (offices.length === 0) return null;

  const exportOne = async (id: number) => {
    const done = await hand.run({ id });
    if (done === null) return;
    const { folder, isReadable } = done;
    const key = isReadable ? 'former.export-done' : 'former.export-sealed';
    const tone = isReadable ? 'ok' : 'warn';
    showToast({ tone, text: () => say(key, { folder: isolate(folder) }) });
    reload();
  };
  const removeDoomed = async () => {
    if (doomed === null || !(await remove.run({ id: doomed.id }))) return;
    setDoomed(null);
    reload();
  };
  return (
    <section className="panel" aria-label={t('former.title')}>
      <header>
        <h2>{t('former.title')}</h2>
      </header>
      <div className="body col">
        <p className="t12 c3">{t('former.text')}</p>
        {hand.failure ? <FailureNote failure={hand.failure} /> : null}
        <ul className="lines formers">
          {offices.map((one) => (
            <li key={one.id} className="former">
              <div className="col">
                <span>
                  {t('former.put-aside', { time: isolate(formatTime(one.atMs)) })} ·{' '}
                  {isolate(formatBytes(one.bytes))}
                </span>
                <span className="t12 c2">
                  {one.backup === null
                    ? t('former.unknown')
                    : t('former.by-backup', {
                        time: isolate(formatTime(one.backup.createdMs)),
                        generation: one.backup.generation,
                      })}
                </span>
                <span className="t12 c3">
                  {t(one.isJournalKept ? 'former.kept' : 'former.alone')}
                  {one.exportedMs === null
                    ? null
                    : ` · ${t('former.exported', { time: isolate(formatTime(one.exportedMs)) })}`}
                </span>
              </div>
              <span className="end row">
                <Button size="s" disabled={hand.isBusy} onClick={() => void exportOne(one.id)}>
                  {t('former.export')}
                </Button>
                {role === 'head' || role === 'security-admin' ? (
                  <Button size="s" look="quiet" onClick={() => setDoomed(one)}>
                    {t('former.remove')}
                  </Button>
                ) : null}
              </span>
            </li>
          ))}
        </ul>
      </div>
      {doomed === null ? null : (
        <FormerDialog
          office={doomed}
          isBusy={remove.isBusy}
          failure={remove.failure}
          onClose={() => {
            remove.forget();
            setDoomed(null);
          }}
          onRemove={() => void removeDoomed()}
        />
      )}
    </section>
  );
}
