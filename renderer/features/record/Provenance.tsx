import { useState } from 'react';
import type { AttachmentItem } from '../../../shared/ipc/routes/attachments';
import type { CertificateRecord } from '../../../shared/ipc/routes/records';
import { useT } from '../../i18n';
import { formatTime, isolate } from '../../lib/format';
import { useAsOf } from '../../lib/use-as-of';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { AttachmentViewer } from './attachments/AttachmentViewer';

const ICONS = { photo: 'user', scan: 'scan', ecert: 'seal', other: 'file' } as const;
/** More would not fit the line; a certificate has a scan and an e-certificate. */
const SHOWN = 3;

/** Where the record comes from and which version of it this is; its scan and e-certificate. */
export function Provenance({
  record,
  files,
}: {
  readonly record: CertificateRecord;
  readonly files: readonly AttachmentItem[];
}) {
  const t = useT();
  const asOfMs = useAsOf();
  const [open, setOpen] = useState<AttachmentItem | null>(null);
  return (
    <section className="panel prov" aria-label={t('record.source')}>
      <Icon name="layers" />
      <span>{t('record.source')}</span>
      <span className="t12 c3 el">
        {t(`sources.${record.source}`)} · {t('record.version', { rev: isolate(record.rev) })}
        {record.body ? ` · ${t('record.body', { body: record.body })}` : ''}
      </span>
      {files.length === 0 ? (
        <span className="t12 c3 end">
          {t('record.as-of', {
            time: asOfMs === null ? '–' : isolate(formatTime(asOfMs)),
          })}
        </span>
      ) : (
        <span className="btns">
          {files.slice(-SHOWN).map((file) => (
            <Button key={file.id} size="s" icon={ICONS[file.kind]} onClick={() => setOpen(file)}>
              {t(`attachment.${file.kind}`)}
            </Button>
          ))}
        </span>
      )}
      {open === null ? null : (
        <AttachmentViewer
          key={open.id}
          certificateId={record.item.id}
          item={open}
          title={t(`attachment.${open.kind}`)}
          onClose={() => setOpen(null)}
        />
      )}
    </section>
  );
}
