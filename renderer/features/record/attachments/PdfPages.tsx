import { useEffect, useRef } from 'react';
import { useT } from '../../../i18n';
import { isolate } from '../../../lib/format';

/** A document's pages, one below the other. */
export function PdfPages({
  bytes,
  onFail,
}: {
  readonly bytes: Uint8Array;
  readonly onFail: () => void;
}) {
  const t = useT();
  const ref = useRef<HTMLDivElement>(null);
  const words = useRef({ t, onFail });
  words.current = { t, onFail };
  useEffect(() => {
    const abort = new AbortController();
    const put = (page: HTMLCanvasElement, number: number) => {
      page.setAttribute('role', 'img');
      page.setAttribute(
        'aria-label',
        words.current.t('attachment.page', { number: isolate(number) }),
      );
      page.dataset.drawn = 'yes';
      ref.current?.append(page);
    };
    import('../../../lib/pdf')
      .then(({ drawPdf }) => drawPdf(bytes, put, abort.signal))
      .catch(() => {
        if (!abort.signal.aborted) words.current.onFail();
      });
    const sheet = ref.current;
    return () => {
      abort.abort();
      sheet?.replaceChildren();
    };
  }, [bytes]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
    <section className="scroll whole" ref={ref} tabIndex={0} aria-label={t('attachment.pages')} />
  );
}
