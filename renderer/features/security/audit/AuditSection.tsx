import { useState } from 'react';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import { useT } from '../../../i18n';
import { useDesk } from '../../../lib/desk-store';
import { formatCount, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { useQuery } from '../../../lib/use-query';
import { FailureNote, FailureState } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Notice, Skeleton } from '../../../ui/PageState';
import { EntryTable } from './EntryTable';
import { FilterBar } from './FilterBar';
import { type AuditFilter, useEntries } from './use-audit';
import { VerifyPanel } from './VerifyPanel';

/** The log: entries under filters, its verification, and a signed file of it. */
export function AuditSection() {
  const t = useT();
  const role = useDesk((store) => store.state?.session?.role);
  const [filter, setFilter] = useState<AuditFilter>({});
  const state = useQuery('audit.state', {});
  const list = useEntries(filter);
  const export_ = useCommand('audit.export');
  const [written, setWritten] = useState<RouteOutput<'audit.export'>['file']>(null);
  if (state.data === null) {
    return (
      <section className="panel grow">
        {state.failure ? (
          <FailureState failure={state.failure} onRetry={state.reload} />
        ) : (
          <Skeleton label={t('state.loading')} rows={8} />
        )}
      </section>
    );
  }
  const write = async () => {
    const done = await export_.run({});
    if (done === null || done.file === null) return;
    // It stays, in the place of what is always said: whoever hands the file on looks for it by its name.
    setWritten(done.file);
    list.reload();
  };
  return (
    <>
      {written === null ? (
        <Notice icon="shield">
          {t('audit.text')}
          {role === 'head' ? null : ` ${t('audit.text-withheld')}`}
        </Notice>
      ) : (
        <Notice tone="ok" icon="file">
          {t('audit.exported', {
            folder: isolate(written.folder),
            file: isolate(written.name),
            count: isolate(formatCount(written.entries)),
          })}
        </Notice>
      )}
      {list.failure && list.entries !== null ? <FailureNote failure={list.failure} /> : null}
      {export_.failure && export_.failure.code !== 'CANCELLED' ? (
        <FailureNote failure={export_.failure} />
      ) : null}
      <div className="bk grow">
        <section className="panel">
          <FilterBar state={state.data} filter={filter} onChange={setFilter} />
          {list.entries !== null ? (
            <EntryTable list={list} />
          ) : list.failure ? (
            <FailureState failure={list.failure} onRetry={list.reload} />
          ) : (
            <Skeleton label={t('state.loading')} rows={8} />
          )}
        </section>
        <div className="col">
          <VerifyPanel verdict={state.data.verdict} onVerified={state.reload} />
          {state.data.mayExport ? (
            <section className="panel none-grow">
              <header>
                <h2>{t('audit.export-title')}</h2>
              </header>
              <div className="body auditact">
                <p className="c2">{t('audit.export-text')}</p>
                <Button icon="seal" disabled={export_.isBusy} onClick={() => void write()}>
                  {t('audit.export')}
                </Button>
              </div>
            </section>
          ) : null}
        </div>
      </div>
    </>
  );
}
