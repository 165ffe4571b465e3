import { GlobalWorkerOptions, getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import PdfWorker from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?worker';

/** More pages than any certificate has; the rest is not drawn. */
const MOST_PAGES = 20;
/** Longest side of a drawn page, pixels. */
const MOST_PIXELS = 2_400;
const WIDTH = 1_400;

/**
 * Draws a document's pages one after the other. It is read in a worker that reaches nothing of the desk; scripts, forms,
 * links and attachments in it are not looked at. Resolves with how many pages it has; rejects where it is no document.
 */
export async function drawPdf(
  bytes: Uint8Array,
  put: (page: HTMLCanvasElement, number: number) => void,
  signal: AbortSignal,
): Promise<number> {
  GlobalWorkerOptions.workerPort = new PdfWorker();
  const port = GlobalWorkerOptions.workerPort;
  const loading = getDocument({
    // The worker takes the bytes over.
    data: bytes.slice(),
    isEvalSupported: false,
    enableXfa: false,
    useSystemFonts: true,
    maxImageSize: 24_000_000,
    stopAtErrors: false,
    verbosity: 0,
  });
  try {
    const pdf = await loading.promise;
    for (let number = 1; number <= Math.min(pdf.numPages, MOST_PAGES); number++) {
      if (signal.aborted) break;
      const page = await pdf.getPage(number);
      const { width, height } = page.getViewport({ scale: 1 });
      const scale = Math.min(WIDTH / width, MOST_PIXELS / height);
      const viewport = page.getViewport({ scale });
      const canvas = document.createElement('canvas');
      canvas.width = Math.ceil(viewport.width);
      canvas.height = Math.ceil(viewport.height);
      const canvasContext = canvas.getContext('2d');
      if (canvasContext === null) throw new Error('no canvas');
      await page.render({ canvasContext, viewport }).promise;
      if (!signal.aborted) put(canvas, number);
    }
    return pdf.numPages;
  } finally {
    await loading.destroy();
    port.terminate();
  }
}
