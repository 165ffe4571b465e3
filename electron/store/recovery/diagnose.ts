import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditEntry, readAuditHeader } from '../../../shared/protocol/audit-chain';
import { verifyChain } from '../../crypto/audit-chain';
import { JOURNAL_FILE } from '../journal/journal';
import { type FileKind, newestVersion } from '../migrations/run';
import { PageFile } from '../pages/page-file';
import { type FoundRow, Survey } from '../pages/survey';
import { SLICE_FILE } from '../slice/slice-writer';
import { bytesOrNull, intOf, textOf, textOrNull } from '../sql/values';
import { openReadable } from '../sqlcipher';
import { walkLivePages } from '../walk-pages';
import type { Diagnosis, EitherKey, FileDiagnosis, JournalDiagnosis, RecoveryKeys } from './calls';
import { fittingKey } from './fitting-key';

const MAX_PARTS = 200;
const VERSION_AT = 60;
const PAGE_BYTES = 4096;

/** Rows and damage of one file, open until `pages` is closed. */
export interface OpenSurvey {
  readonly pages: PageFile;
  readonly survey: Survey;
  readonly faults: readonly number[];
}

/** Walks and surveys a file that is there and has a page at least. */
export async function surveyFile(
  path: string,
  key: Uint8Array,
  kind: FileKind,
): Promise<OpenSurvey> {
  const walk = await walkLivePages(path, key, () => Promise.resolve(true));
  const pages = new PageFile(path, key);
  const faults = walk?.faults ?? [];
  return { pages, survey: new Survey(pages, kind, faults), faults };
}

const nothingOf = (file: FileDiagnosis['file'], state: FileDiagnosis['state']): FileDiagnosis => ({
  file,
  state,
  pages: 0,
  damagedPages: 0,
  parts: [],
  readableRows: {},
  version: null,
  isSound: null,
});

interface Seen {
  readonly diagnosis: FileDiagnosis;
  readonly content: JournalDiagnosis | null;
}

async function look(officeDir: string, kind: FileKind, keys: EitherKey): Promise<Seen> {
  const file = kind === 'journal' ? JOURNAL_FILE : SLICE_FILE;
  const path = join(officeDir, file);
  if (!existsSync(path)) return { diagnosis: nothingOf(file, 'missing'), content: null };
  if (statSync(path).size < PAGE_BYTES)
    return { diagnosis: nothingOf(file, 'damaged'), content: null };
  const key = fittingKey(path, keys);
  const { pages, survey, faults } = await surveyFile(path, key, kind);
  try {
    const rows = Object.values(survey.readableRows).reduce((sum, count) => sum + count, 0);
    if (faults.length >= pages.pages && rows === 0)
      return { diagnosis: { ...nothingOf(file, 'foreign'), pages: pages.pages }, content: null };
    const version = pages.page(1)?.readUInt32BE(VERSION_AT) ?? null;
    const isSound = faults.length > 0 ? null : engineCheck(path, key);
    const isNewer = version !== null && version > newestVersion(kind);
    const isDamaged = faults.length > 0 || isSound === false;
    const diagnosis: FileDiagnosis = {
      file,
      state: isNewer ? 'newer' : isDamaged ? 'damaged' : 'intact',
      pages: pages.pages,
      damagedPages: faults.length,
      parts: survey.damaged.slice(0, MAX_PARTS),
      readableRows: survey.readableRows,
      version,
      isSound,
    };
    return { diagnosis, content: kind === 'journal' ? journalContent(survey) : null };
  } finally {
    pages.close();
  }
}

/** The engine's own opinion of the structure, which HMACs do not cover: a program's fault, say. */
function engineCheck(path: string, key: Uint8Array): boolean {
  try {
    const db = openReadable({ path, key, cacheMb: 8 });
    try {
      return db.isSound();
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}

function entryOf({ values }: FoundRow): AuditEntry {
  return {
    header: textOf(values[4]),
    hash: textOf(values[5]),
    mac: textOf(values[6]),
    payload: textOrNull(values[7]),
    salt: bytesOrNull(values[8]),
  };
}

function* auditEntries(survey: Survey): Generator<AuditEntry> {
  for (const row of survey.rows('audit')) yield entryOf(row);
}

/** What of a journal can be read. */
export function journalContent(survey: Survey): JournalDiagnosis {
  const verdict = verifyChain(auditEntries(survey));
  const digest = createHash('sha256');
  let entries = 0;
  let head: { seq: number; hash: string } | null = null;
  for (const entry of auditEntries(survey)) {
    entries++;
    digest.update(entry.hash);
    const seq = readAuditHeader(entry.header)?.seq ?? 0;
    if (seq > (head?.seq ?? 0)) head = { seq, hash: entry.hash };
  }
  let readable = 0;
  let unsent = 0;
  for (const { rowid, values } of survey.rows('outbox')) {
    readable++;
    if (values[9] === null) unsent++;
    digest.update(`${intOf(rowid)} ${textOf(values[1])}`);
  }
  return {
    audit: {
      entries,
      isIntact: verdict.isIntact && !survey.losesRows,
      firstFault: verdict.isIntact ? null : verdict.seq,
      head,
    },
    outbox: { readable, unsent },
    digest: digest.digest('hex'),
  };
}

const either = (key: Uint8Array, nextKey: Uint8Array | undefined): EitherKey =>
  nextKey === undefined ? { key } : { key, nextKey };

/** Looks at every page of the office's files, each under whichever of its keys fits, without changing anything. */
export async function diagnose(officeDir: string, keys: RecoveryKeys): Promise<Diagnosis> {
  const startMs = performance.now();
  const journal = await look(officeDir, 'journal', either(keys.journal, keys.journalNext));
  const slice =
    keys.slice === undefined
      ? null
      : await look(officeDir, 'slice', either(keys.slice, keys.sliceNext));
  return {
    journal: journal.diagnosis,
    slice: slice?.diagnosis ?? null,
    content: journal.content,
    tookMs: performance.now() - startMs,
  };
}
