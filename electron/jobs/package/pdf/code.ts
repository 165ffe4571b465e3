import QRCode from 'qrcode';
import { qrPayload } from '../../../../shared/protocol/verification-code';
import type { FontSet } from './fonts';
import { type Tag, tagged } from './tags';
import { drawCentred, type PdfDocument } from './text';

interface CodeFacts {
  readonly traceId: string;
  readonly verificationCode: string;
  readonly verifyAt?: string | undefined;
}

/** Draws the QR code of a document with its code in words beneath, `side` points wide at its top left corner. */
export function drawCode(
  doc: PdfDocument,
  fonts: FontSet,
  parent: Tag,
  facts: CodeFacts,
  at: { readonly left: number; readonly top: number; readonly side: number },
): void {
  const { left, top, side } = at;
  const { modules } = QRCode.create(qrPayload(facts), {
    errorCorrectionLevel: 'M',
  });
  const alt = `二维码：追溯编号 ${facts.traceId}，核验码 ${facts.verificationCode}`;
  const bbox = [left, top, left + side, top + side] as const;
  tagged(doc, parent, 'Figure', () => drawModules(doc, modules, at), { alt, bbox });
  const code = facts.verificationCode;
  tagged(doc, parent, 'P', () => {
    drawCentred(doc, fonts, code, left + side / 2, top + side + 4, { sizePt: 8.5 });
  });
}

function drawModules(
  doc: PdfDocument,
  modules: QRCode.BitMatrix,
  { left, top, side }: { readonly left: number; readonly top: number; readonly side: number },
): void {
  const step = side / modules.size;
  doc.fillColor('#000000');
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column) !== 0)
        doc.rect(left + column * step, top + row * step, step, step);
    }
  }
  doc.fill();
}
