import { useState } from 'react';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import { useT } from '../../../i18n';
import { formatBytes, formatCount, formatTime, isolate } from '../../../lib/format';
import { useCommand } from '../../../lib/use-command';
import { useQuery } from '../../../lib/use-query';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Notice, Skeleton } from '../../../ui/PageState';

type Written = RouteOutput<'bundle.export'>;

/** What waits for the server, onto a stick: first what it is, then where to. */
export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const outgoing = useQuery('bundle.outgoing', {});
  const write = useCommand('bundle.export');
  const [written, setWritten] = useState<Written | null>(null);
  const { data } = outgoing;
  const failure = write.failure ?? outgoing.failure;
  const isDone = written !== null && written.files !== null;
  return (
    <Dialog
      title={t('bundle.export-title')}
      isWide
      onClose={() => {
        if (!write.isBusy) onClose();
      }}
      actions={
        <>
          <Button onClick={onClose} disabled={write.isBusy}>
            {t('act.close')}
          </Button>
          {isDone ? null : (
            <Button
              look="primary"
              icon="file"
              disabled={write.isBusy || data === null}
              onClick={() => void write.run({}).then(setWritten)}
            >
              {t(write.isBusy ? 'bundle.exporting' : 'bundle.export-act')}
            </Button>
          )}
        </>
      }
    >
      {failure ? <FailureNote failure={failure} /> : null}
      {written?.files ? (
        <>
          <Notice tone="ok" icon="ok">
            <b>{t('bundle.exported-title')}</b>
            <br />
            {t('bundle.exported-text', {
              commands: isolate(formatCount(written.commands)),
              bytes: isolate(formatBytes(written.bytes)),
            })}
          </Notice>
          <ul className="bundlefiles mono sel">
            {written.files.map((name) => (
              <li key={name}>{isolate(name)}</li>
            ))}
          </ul>
        </>
      ) : data === null ? (
        <Skeleton label={t('state.loading')} rows={3} />
      ) : (
        <>
          <p className="c2">{t('bundle.export-text')}</p>
          <dl className="bundlefacts">
            <div>
              <dt>{t('bundle.commands')}</dt>
              <dd className="num">{formatCount(data.commands)}</dd>
            </div>
            <div>
              <dt>{t('bundle.receipts')}</dt>
              <dd className="num">{formatCount(data.receipts)}</dd>
            </div>
            <div>
              <dt>{t('bundle.failures')}</dt>
              <dd className="num">{formatCount(data.failures)}</dd>
            </div>
            <div>
              <dt>{t('bundle.evidence')}</dt>
              <dd>
                {t('bundle.evidence-text', {
                  count: isolate(formatCount(data.evidence)),
                  bytes: isolate(formatBytes(data.evidenceBytes)),
                })}
              </dd>
            </div>
            <div>
              <dt>{t('bundle.wishes')}</dt>
              <dd className="num">{formatCount(data.pictures)}</dd>
            </div>
            {data.needsWhole ? (
              <div>
                <dt>{t('bundle.whole')}</dt>
                <dd>{t('bundle.whole-text')}</dd>
              </div>
            ) : null}
            <div>
              <dt>{t('bundle.status')}</dt>
              <dd>{t('bundle.status-text')}</dd>
            </div>
            <div>
              <dt>{t('bundle.last')}</dt>
              <dd className="num">
                {data.lastMs === null ? t('bundle.never') : formatTime(data.lastMs)}
              </dd>
            </div>
          </dl>
          {written !== null ? <p className="c2">{t('bundle.not-exported')}</p> : null}
        </>
      )}
    </Dialog>
  );
}
