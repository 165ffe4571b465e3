import { useEffect, useState } from 'react';
import type { RouteOutput } from '../../../shared/ipc/contract';
import type { DeskEvents } from '../../../shared/ipc/events';
import type { BundlePreview } from '../../../shared/ipc/routes/bundle';
import { useT } from '../../i18n';
import { invoke, on } from '../../lib/desk';
import { refreshSync, useDesk } from '../../lib/desk-store';
import { formatBytes, formatCount, formatTime, isolate } from '../../lib/format';
import { useCommand } from '../../lib/use-command';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Notice } from '../../ui/PageState';
import { ProgressBar } from '../../ui/Progress';
import { FailureNote } from '../FailureState';
import { SyncProgressView } from '../SyncProgressView';
import { PreviewTable } from './PreviewTable';

type Imported = RouteOutput<'bundle.apply'>;

/** Import of a bundle: a file is chosen, checked, shown, and applied only then. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const progress = useDesk((store) => store.progress);
  const choose = useCommand('bundle.choose');
  const apply = useCommand('bundle.apply');
  const [checked, setChecked] = useState<DeskEvents['bundle.checked'] | null>(null);
  const [preview, setPreview] = useState<BundlePreview | null>(null);
  const [imported, setImported] = useState<Imported | null>(null);
  const [wasNothingChosen, setNothingChosen] = useState(false);
  useEffect(() => on('bundle.checked', setChecked), []);

  const pick = async () => {
    setChecked(null);
    setPreview(null);
    setImported(null);
    setNothingChosen(false);
    apply.forget();
    const answer = await choose.run({});
    setChecked(null);
    if (answer === null) return;
    setPreview(answer.preview);
    setNothingChosen(answer.preview === null);
  };
  const bring = async (handle: string) => {
    setImported(await apply.run({ handle }));
    await refreshSync();
  };
  const isBusy = choose.isBusy || apply.isBusy;
  const stop = () => void invoke('bundle.cancel', {});
  const isCancelled = choose.failure?.code === 'CANCELLED';
  const failure = apply.failure ?? (isCancelled ? null : choose.failure);
  const bringsMore =
    preview !== null && (preview.fit !== 'applied' || preview.nationalDay !== null);
  const canApply = bringsMore && imported === null;
  return (
    <Dialog
      title={t('bundle.import-title')}
      isWide
      onClose={() => {
        if (!isBusy) onClose();
      }}
      actions={
        isBusy ? (
          <Button onClick={stop}>{t('bundle.stop')}</Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('act.close')}</Button>
            <Button
              look={canApply || imported?.outcome === 'applied' ? 'plain' : 'primary'}
              icon="file"
              onClick={() => void pick()}
            >
              {t(preview === null && failure === null ? 'bundle.choose' : 'bundle.choose-other')}
            </Button>
            {canApply ? (
              <Button look="primary" icon="usb" onClick={() => void bring(preview.handle)}>
                {t('bundle.apply')}
              </Button>
            ) : null}
          </>
        )
      }
    >
      {failure ? <FailureNote failure={failure} /> : null}
      {choose.isBusy ? (
        <Checking checked={checked} />
      ) : apply.isBusy ? (
        <>
          <SyncProgressView progress={progress} />
          <p className="t12 c3">{t('bundle.applying-text')}</p>
        </>
      ) : imported ? (
        <Result imported={imported} />
      ) : preview ? (
        <PreviewTable preview={preview} />
      ) : (
        <div>
          <b>{t(wasNothingChosen ? 'bundle.nothing-chosen' : 'bundle.choosing')}</b>
          <p className="c2">{t('bundle.choosing-text')}</p>
        </div>
      )}
    </Dialog>
  );
}

function Checking({ checked }: { readonly checked: DeskEvents['bundle.checked'] | null }) {
  const t = useT();
  if (checked === null)
    return (
      <div>
        <b>{t('bundle.choosing')}</b>
        <p className="c2">{t('bundle.choosing-text')}</p>
      </div>
    );
  const { doneBytes, totalBytes } = checked;
  return (
    <div className="bundlecheck">
      <div className="row">
        <b>{t('bundle.checking')}</b>
        <span className="end num c2">
          {isolate(`${formatBytes(doneBytes)} / ${formatBytes(totalBytes)}`)}
        </span>
      </div>
      <ProgressBar label={t('bundle.checking')} percent={(doneBytes / totalBytes) * 100} />
      <p className="t12 c3">{t('bundle.checking-text')}</p>
    </div>
  );
}

function Result({ imported }: { readonly imported: Imported }) {
  const t = useT();
  const isDone = imported.outcome === 'applied';
  return (
    <>
      <Notice tone={isDone ? 'ok' : 'warn'} icon={isDone ? 'ok' : 'info'}>
        <b>{t(isDone ? 'bundle.done-title' : 'bundle.stopped-title')}</b>
        <br />
        {isDone
          ? t('bundle.done-text', {
              rows: isolate(formatCount(imported.rows)),
              time: isolate(imported.asOfMs === null ? '–' : formatTime(imported.asOfMs)),
            })
          : t('bundle.stopped-text')}
        {imported.grants > 0 ? (
          <>
            <br />
            {t('bundle.done-grants', { count: isolate(formatCount(imported.grants)) })}
          </>
        ) : null}
        {imported.pictures > 0 ? (
          <>
            <br />
            {t('bundle.done-pictures', { count: isolate(formatCount(imported.pictures)) })}
          </>
        ) : null}
      </Notice>
      {imported.picturesLeft > 0 ? (
        <Notice tone="warn" icon="info">
          {t('bundle.left-pictures', { count: isolate(formatCount(imported.picturesLeft)) })}
        </Notice>
      ) : null}
      <p className="c2">{t('bundle.remove-now')}</p>
    </>
  );
}
