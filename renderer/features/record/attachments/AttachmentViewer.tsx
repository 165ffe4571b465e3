import { useState } from 'react';
import type { AttachmentItem, AttachmentView } from '../../../../shared/ipc/routes/attachments';
import { useT } from '../../../i18n';
import { formatBytes, isolate } from '../../../lib/format';
import { useAttachment } from '../../../parts/attachments/use-attachment';
import { useFailureText } from '../../../parts/use-failure-text';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { Notice, PageState, Skeleton } from '../../../ui/PageState';
import { Picture } from '../../../ui/Picture';
import { PdfPages } from './PdfPages';

const SCAN_WIDTH = 2_000;

/** A scan or e-certificate, as large as the window lets it, under the watermark. */
export function AttachmentViewer({
  certificateId,
  item,
  title,
  onClose,
}: {
  readonly certificateId: number;
  readonly item: AttachmentItem;
  readonly title: string;
  readonly onClose: () => void;
}) {
  const t = useT();
  const { view, bring } = useAttachment(certificateId, item);
  return (
    <Dialog
      title={title}
      isFull
      onClose={onClose}
      actions={
        <Button look="primary" onClick={onClose}>
          {t('act.close')}
        </Button>
      }
    >
      <div className="viewer">
        {view?.state === 'here' && view.wasDamaged ? (
          <Notice tone="warn" icon="warn">
            {t('attachment.was-damaged')}
          </Notice>
        ) : (
          <span className="t12 c3">
            {view?.state === 'here'
              ? t('attachment.checked', { size: isolate(formatBytes(item.bytes)) })
              : isolate(formatBytes(item.bytes))}
          </span>
        )}
        <div className="sheet">
          <Content view={view} item={item} bring={bring} title={title} />
        </div>
      </div>
    </Dialog>
  );
}

function Content({
  view,
  item,
  bring,
  title,
}: {
  readonly view: AttachmentView | null;
  readonly item: AttachmentItem;
  readonly bring: () => void;
  readonly title: string;
}) {
  const t = useT();
  const text = useFailureText();
  const [broken, setBroken] = useState<Uint8Array | null>(null);
  if (view === null || view.state === 'fetching')
    return <Skeleton label={t('attachment.fetching')} rows={6} />;
  const size = isolate(formatBytes(item.bytes));
  switch (view.state) {
    case 'here': {
      const fail = () => setBroken(view.bytes);
      if (view.bytes === broken) break;
      return (
        <>
          {view.mime === 'pdf' ? (
            <PdfPages bytes={view.bytes} onFail={fail} />
          ) : (
            <div className="scroll whole">
              <Picture
                bytes={view.bytes}
                mime={view.mime}
                label={title}
                maxWidth={SCAN_WIDTH}
                onFail={fail}
              />
            </div>
          )}
        </>
      );
    }
    case 'queued':
      return (
        <PageState icon="clock" title={t('attachment.queued')} text={t('attachment.queued-text')} />
      );
    case 'held':
      return (
        <PageState
          icon="pause"
          title={t(`attachment.held-${view.why}`)}
          text={t('attachment.held-text', { size })}
        >
          <Button look="primary" size="s" icon="download" onClick={bring}>
            {t('attachment.fetch')}
          </Button>
        </PageState>
      );
    case 'failed':
      return (
        <PageState
          icon="warn"
          tone="bad"
          title={t('attachment.failed')}
          text={text({ code: view.error })}
        >
          <Button look="primary" size="s" icon="sync" onClick={bring}>
            {t('act.retry')}
          </Button>
        </PageState>
      );
    case 'gone':
      return <PageState icon="info" title={t('attachment.gone')} />;
    case 'unusable':
      return (
        <PageState
          icon="ban"
          tone="warn"
          title={t('attachment.unusable')}
          text={t(`attachment.unusable-${view.why}`)}
        />
      );
  }
  return (
    <PageState
      icon="ban"
      tone="warn"
      title={t('attachment.unusable')}
      text={t('attachment.unusable-type')}
    />
  );
}
