import { deflateSync } from 'node:zlib';
import type { CertificateKind, Day } from '../../shared/domain/model';
import { isoFromDay } from '../../shared/kernel/day';
import type { Random } from './random';

interface Subject {
  readonly kind: CertificateKind;
  readonly validFrom: Day;
  readonly validTo: Day;
}

const WIDTH = 420;
const HEIGHT = 298;

const text = (x: number, y: number, size: number, words: string): string =>
  `BT /F1 ${size} Tf ${x} ${y} Td (${words.replace(/[()\\]/g, '\\$&')}) Tj ET\n`;

/** A circle of four Bézier arcs. */
function circle(cx: number, cy: number, r: number): string {
  const k = r * 0.5523;
  const at = (x: number, y: number) => `${(cx + x).toFixed(2)} ${(cy + y).toFixed(2)}`;
  const arc = (...points: readonly [number, number][]) =>
    `${points.map(([x, y]) => at(x, y)).join(' ')} c\n`;
  return [
    `${at(r, 0)} m\n`,
    arc([r, k], [k, r], [0, r]),
    arc([-k, r], [-r, k], [-r, 0]),
    arc([-r, -k], [-k, -r], [0, -r]),
    arc([k, -r], [r, -k], [r, 0]),
    'S\n',
  ].join('');
}

/** An electronic certificate on one page (ISO 32000-1), without anybody's name or number. About 1 kB. */
export function electronicCertificate(random: Random, subject: Subject): Buffer {
  const serial = Array.from({ length: 12 }, () => random.int(0, 9)).join('');
  const x = random.int(310, 350);
  const page = [
    '0.97 0.95 0.90 rg 0 0 420 298 re f\n0.54 0.48 0.33 RG 2 w 10 10 400 278 re S\n0.6 w 15 15 390 268 re S\n',
    '0.13 0.25 0.42 rg\n',
    text(40, 240, 20, 'ELECTRONIC CERTIFICATE'),
    '0.3 g\n',
    text(40, 222, 10, `Work safety training  /  ${subject.kind}`),
    '0.1 g\n',
    text(40, 176, 11, `File no.   ${serial}`),
    text(40, 154, 11, `Valid from ${isoFromDay(subject.validFrom)}`),
    text(40, 132, 11, `Valid to   ${isoFromDay(subject.validTo)}`),
    '0.45 g\n',
    text(40, 40, 8, 'Specimen of the practice data. Not a document.'),
    '0.75 0.22 0.17 RG 3 w\n',
    circle(x, 84, 40),
    '0.8 w\n',
    circle(x, 84, 34),
    '0.75 0.22 0.17 rg\n',
    text(x - 27, 80, 11, 'SPECIMEN'),
  ].join('');
  const content = deflateSync(Buffer.from(page, 'latin1'), { level: 6 });
  const objects: readonly Buffer[] = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    Buffer.concat([
      Buffer.from(`<< /Length ${content.length} /Filter /FlateDecode >>\nstream\n`, 'latin1'),
      content,
      Buffer.from('\nendstream', 'latin1'),
    ]),
  ].map((object) => (typeof object === 'string' ? Buffer.from(object, 'latin1') : object));
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n', 'latin1')];
  const offsets: number[] = [];
  let at = parts[0]?.length ?? 0;
  for (const [i, object] of objects.entries()) {
    const part = Buffer.concat([
      Buffer.from(`${i + 1} 0 obj\n`, 'latin1'),
      object,
      Buffer.from('\nendobj\n', 'latin1'),
    ]);
    offsets.push(at);
    at += part.length;
    parts.push(part);
  }
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const count = objects.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${count}\n0000000000 65535 f \n${entries.join('')}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`,
      'latin1',
    ),
  );
  return Buffer.concat(parts);
}
