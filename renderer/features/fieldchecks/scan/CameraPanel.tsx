import { useRef } from 'react';
import { useT } from '../../../i18n';
import type { Failure } from '../../../lib/desk';
import { FailureNote } from '../../../parts/FailureState';
import { Button } from '../../../ui/Button';
import { Notice } from '../../../ui/PageState';
import { useCamera } from './use-camera';

/**
 * The camera's picture and a word on what it does. Pictures are read one after another and not kept; `onFrame` answers
 * with what it cannot do.
 */
export function CameraPanel({
  isHeld,
  failure,
  onFrame,
  onClose,
}: {
  /** The code before the camera was read already. */
  readonly isHeld: boolean;
  readonly failure: Failure | null;
  readonly onFrame: (jpeg: Uint8Array) => Promise<void>;
  readonly onClose: () => void;
}) {
  const t = useT();
  const video = useRef<HTMLVideoElement>(null);
  const state = useCamera(video, onFrame);
  const isShown = state === 'asking' || state === 'live';
  const word = state === 'asking' ? 'asking' : isHeld ? 'held' : 'live';
  return (
    <section className="scancam" aria-label={t('scan.camera')}>
      <video ref={video} muted playsInline hidden={!isShown} aria-hidden />
      <div className="scancamside">
        {isShown ? (
          <p className="t12 c2" role="status">
            {t(`scan.camera-${word}`)}
          </p>
        ) : (
          <Notice tone="warn" icon="warn">
            {t(`scan.camera-${state}`)}
          </Notice>
        )}
        {failure ? <FailureNote failure={failure} /> : null}
        <Button icon="x" onClick={onClose}>
          {t('scan.camera-close')}
        </Button>
      </div>
    </section>
  );
}
