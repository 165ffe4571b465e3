import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import PDFDocument from 'pdfkit';
import { drawBoardPages } from '../board/report-pages';
import type { BoardSheet } from '../board/sheet';
import type { Column, ExportRow } from '../data/rows';
import { addBookmark } from './bookmarks';
import { type CoverFacts, drawCover, reportTitle } from './cover';
import { type FontSet, loadFonts } from './fonts';
import { drawListPages } from './list-pages';
import { drawPageMarks } from './page-marks';
import { pushPieces } from './pieces';
import { endDocument, openDocument } from './tags';
import type { PdfDocument } from './text';

/** Up to this many rows the report carries the list itself. */
export const MAX_LISTED_ROWS = 5_000;

export interface ReportRequest {
  readonly path: string;
  readonly facts: CoverFacts;
  /** All rows, or none when there are more than `MAX_LISTED_ROWS`. */
  readonly rows: readonly ExportRow[];
  readonly columns: readonly Column[];
  /** Of a board: its pages instead of a list. */
  readonly board?: BoardSheet | undefined;
  readonly signal: AbortSignal;
  readonly onRow: (done: number) => void;
}

/** A tagged document with the product's fonts registered, without a first page; its title is in the window's bar. */
export function newDocument(
  fonts: FontSet,
  info: Readonly<Record<string, string | Date>>,
): PdfDocument {
  const doc = new PDFDocument({
    autoFirstPage: false,
    pdfVersion: '1.7',
    lang: 'zh-CN',
    tagged: true,
    displayTitle: true,
    info,
  });
  for (const { name, bytes } of fonts.files) doc.registerFont(name, bytes);
  pushPieces(doc);
  return doc;
}

/**
 * Writes the unsigned report: cover, with room for a signature where it gets one, and the list where it is not too long.
 * Throws on abort.
 */
export async function writeReport(request: ReportRequest): Promise<void> {
  const { facts, signal } = request;
  const { meta } = facts;
  const fonts = loadFonts();
  const created = new Date(meta.createdAtMs);
  const doc = newDocument(fonts, {
    Title: `${reportTitle(meta)} ${meta.traceId}`,
    Author: meta.office.name,
    Creator: 'FieldCert',
    Producer: 'FieldCert',
    CreationDate: created,
    ModDate: created,
  });
  const written = pipeline(doc, createWriteStream(request.path, { mode: 0o600 }), { signal });
  written.catch(() => undefined);
  const marks = { watermark: meta.watermark, traceId: meta.traceId, isPractice: meta.practice };
  try {
    doc.addPage({ size: 'A4', margin: 0 });
    const root = openDocument(doc);
    drawPageMarks(doc, fonts, marks, 1);
    drawCover(doc, fonts, root, facts);
    addBookmark(doc, '封面', 0);
    if (request.board !== undefined) drawBoardPages(doc, fonts, root, request.board, meta, marks);
    await drawListPages(doc, fonts, root, request.rows, request.columns, {
      marks,
      isStale: meta.isStale === true,
      onRow: (done) => {
        signal.throwIfAborted();
        request.onRow(done);
      },
    });
    endDocument(root);
    doc.end();
    await written;
  } catch (error) {
    // An unended document would hold its file open.
    doc.destroy();
    throw error;
  }
}
