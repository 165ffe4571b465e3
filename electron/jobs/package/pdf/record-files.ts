import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MAX_RECORD_PAGES } from '../../../../shared/domain/policy/export-templates';
import type { Column, ExportRow } from '../data/rows';
import { RECORDS_FILE, recordFile } from '../layout';
import type { ExportMeta } from '../manifest';
import { loadFonts } from './fonts';
import { drawRecordSheet } from './record-sheet';
import { newDocument } from './report';
import type { RecordSheet, SheetFacts } from './sheet-schema';
import { endDocument, openDocument } from './tags';

interface SheetDocument {
  readonly path: string;
  readonly title: string;
  readonly facts: SheetFacts;
  readonly signal: AbortSignal;
}

/** Writes records as one tagged document with a bookmark for each, synced by nobody. Throws on abort. */
async function writeRecordSheets(
  { path, title, facts, signal }: SheetDocument,
  sheets: Iterable<RecordSheet>,
): Promise<void> {
  const fonts = loadFonts();
  const created = new Date(facts.createdAtMs);
  const doc = newDocument(fonts, {
    Title: title,
    Author: facts.office,
    Creator: 'FieldCert',
    Producer: 'FieldCert',
    CreationDate: created,
    ModDate: created,
  });
  const written = pipeline(doc, createWriteStream(path, { mode: 0o600 }), { signal });
  written.catch(() => undefined);
  try {
    const root = openDocument(doc);
    let page = 0;
    for (const sheet of sheets) {
      signal.throwIfAborted();
      page = drawRecordSheet(doc, fonts, root, sheet, facts, page);
      await new Promise((resolve) => setImmediate(resolve));
    }
    endDocument(root);
    doc.end();
    await written;
  } catch (error) {
    doc.destroy();
    throw error;
  }
}

/** Records as a document of its own: made beside the target and renamed into place, or nothing. */
export async function writeRecordPdf(
  path: string,
  sheets: readonly RecordSheet[],
  facts: SheetFacts,
): Promise<void> {
  const part = `${path}.part`;
  try {
    const title = `证书记录 ${facts.traceId}`;
    const { signal } = new AbortController();
    await writeRecordSheets({ path: part, title, facts, signal }, sheets);
    const file = await open(part, 'r+');
    await file.sync().finally(() => file.close());
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

interface RecordFilesRequest {
  readonly folder: string;
  readonly meta: ExportMeta;
  readonly rows: readonly ExportRow[];
  readonly columns: readonly Column[];
  readonly signal: AbortSignal;
  readonly onRow: (done: number) => void;
}

/**
 * The pages of an export's records as its template has them; answers the files in their order, none where it has none.
 * Throws `RangeError` for more records than a package may have pages of.
 */
export async function writeRecordFiles(request: RecordFilesRequest): Promise<readonly string[]> {
  const { folder, meta, rows, columns, signal, onRow } = request;
  const how = meta.template?.records ?? 'none';
  if (how === 'none') return [];
  if (rows.length > MAX_RECORD_PAGES) throw new RangeError('too many records for pages');
  const { traceId, verificationCode, verifyAt, createdAtMs, dataAsOfMs, isStale, watermark } = meta;
  const facts: SheetFacts = {
    traceId,
    verificationCode,
    ...(verifyAt === undefined ? {} : { verifyAt }),
    office: meta.office.name,
    requester: `${meta.requester.name} ${meta.requester.badge}`,
    createdAtMs,
    dataAsOfMs,
    isStale: isStale === true,
    marks: { watermark, traceId, isPractice: meta.practice },
  };
  const title = `证书记录 ${traceId}`;
  const sheets = function* (some: readonly ExportRow[], done: number) {
    for (const [index, row] of some.entries()) {
      yield sheetOf(row, columns);
      onRow(done + index + 1);
    }
  };
  if (how === 'merged') {
    await writeRecordSheets(
      { path: join(folder, RECORDS_FILE), title, facts, signal },
      sheets(rows, 0),
    );
    return [RECORDS_FILE];
  }
  await mkdir(join(folder, 'records'), { mode: 0o700 });
  for (const [index, row] of rows.entries()) {
    const path = join(folder, recordFile(index));
    await writeRecordSheets(
      { path, title: `${title} ${index + 1}`, facts, signal },
      sheets([row], index),
    );
  }
  return rows.map((_, index) => recordFile(index));
}

/** A row as a page: the columns of the template, one a line. */
function sheetOf(row: ExportRow, columns: readonly Column[]): RecordSheet {
  const has = (field: Column['field']) => columns.some((column) => column.field === field);
  return {
    title: has('kindLabel') && row.kindLabel !== '' ? row.kindLabel : '安全生产证书记录',
    status: row.status,
    statusLabel: row.statusLabel,
    lead: has('name') ? row.name : '—',
    facts: columns.flatMap(({ field, heading }): [string, string][] => {
      const value = row[field] ?? '';
      return field === 'statusLabel' || field === 'name' || value === '' ? [] : [[heading, value]];
    }),
    tables: [],
  };
}
