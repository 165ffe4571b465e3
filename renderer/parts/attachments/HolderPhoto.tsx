import { useState } from 'react';
import type { AttachmentItem } from '../../../shared/ipc/routes/attachments';
import { useT } from '../../i18n';
import { Icon } from '../../ui/Icon';
import type { IconName } from '../../ui/icon-paths';
import { Picture } from '../../ui/Picture';
import { useFailureText } from '../use-failure-text';
import type { Attachment } from './use-attachment';

/** Widths of the two places, in CSS pixels. */
const CARD_WIDTH = 312;
const BIG_WIDTH = 320;

interface HolderPhotoProps {
  /** Undefined before it is known; null: the holder has none. */
  readonly item: AttachmentItem | null | undefined;
  readonly photo: Attachment;
  /** For a look from a step away, in the queue. */
  readonly isBig?: boolean;
}

/** The holder's photo on the card, or why it is not there and what can be done. */
export function HolderPhoto({ item, photo, isBig = false }: HolderPhotoProps) {
  const t = useT();
  const text = useFailureText();
  const [broken, setBroken] = useState<Uint8Array | null>(null);
  const { view } = photo;
  const place = isBig ? 'photo big' : 'photo';
  if (item === null || item === undefined)
    return <Silhouette place={place} label={t('record.no-photo')} />;
  if (view === null || view.state === 'fetching')
    return (
      <div className={place} role="status" aria-busy="true">
        <Why icon="download" words={t('attachment.fetching')} />
      </div>
    );
  if (view.state === 'here' && view.mime !== 'pdf' && view.bytes !== broken)
    return (
      <div className={place}>
        <Picture
          bytes={view.bytes}
          mime={view.mime}
          label={t('attachment.photo')}
          maxWidth={isBig ? BIG_WIDTH : CARD_WIDTH}
          onFail={() => setBroken(view.bytes)}
        />
      </div>
    );
  if (view.state === 'gone') return <Silhouette place={place} label={t('record.no-photo')} />;
  if (view.state === 'queued')
    return (
      <div className={place} role="status">
        <Why icon="clock" words={t('attachment.queued-short')} />
      </div>
    );
  const isHeld = view.state === 'held';
  const isFailed = view.state === 'failed';
  return (
    <div className={place} role="status">
      <Why
        icon={isHeld ? 'pause' : 'warn'}
        words={
          isHeld
            ? t(`attachment.held-${view.why}-short`)
            : t(isFailed ? 'attachment.failed-short' : 'attachment.unusable-short')
        }
        {...(isFailed ? { title: text({ code: view.error }) } : {})}
      >
        {isHeld || isFailed ? (
          <button type="button" className="link" onClick={photo.bring}>
            {t(isHeld ? 'attachment.fetch' : 'act.retry')}
          </button>
        ) : null}
      </Why>
    </div>
  );
}

function Why({
  icon,
  words,
  title,
  children,
}: {
  readonly icon: IconName;
  readonly words: string;
  readonly title?: string;
  readonly children?: React.ReactNode;
}) {
  return (
    <span className="why" title={title}>
      <Icon name={icon} />
      {words}
      {children}
    </span>
  );
}

function Silhouette({ place, label }: { readonly place: string; readonly label: string }) {
  return (
    <div className={place} role="img" aria-label={label}>
      <svg
        width="84"
        height="112"
        viewBox="0 0 84 112"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        aria-hidden="true"
      >
        <circle cx="42" cy="44" r="22" />
        <path d="M4 112c2-26 16-36 38-36s36 10 38 36" />
      </svg>
    </div>
  );
}
