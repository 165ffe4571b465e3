import { useEffect, useRef } from 'react';

interface PictureProps {
  readonly bytes: Uint8Array;
  readonly mime: 'jpeg' | 'png';
  readonly label: string;
  /** Drawn no wider than this, pixels: a photo in a card need not hold all of a scan. */
  readonly maxWidth: number;
  /** The bytes are no picture that can be drawn. */
  readonly onFail: () => void;
}

/**
 * A picture from bytes, decoded and drawn without an address: no file, link or markup is ever opened. Its size was
 * measured by its bytes before they came here.
 */
export function Picture({ bytes, mime, label, maxWidth, onFail }: PictureProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const failed = useRef(onFail);
  failed.current = onFail;
  useEffect(() => {
    let isCurrent = true;
    const draw = async () => {
      const blob = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: `image/${mime}` });
      const bitmap = await createImageBitmap(blob);
      const canvas = ref.current;
      if (isCurrent && canvas !== null) {
        const scale = Math.min(1, maxWidth / bitmap.width);
        canvas.width = Math.max(1, Math.round(bitmap.width * scale));
        canvas.height = Math.max(1, Math.round(bitmap.height * scale));
        canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
        canvas.dataset.drawn = 'yes';
      }
      bitmap.close();
    };
    draw().catch(() => {
      if (isCurrent) failed.current();
    });
    return () => {
      isCurrent = false;
    };
  }, [bytes, mime, maxWidth]);
  return <canvas ref={ref} role="img" aria-label={label} />;
}
