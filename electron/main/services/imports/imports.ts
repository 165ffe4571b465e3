import { createHash, randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { IMPORT_COLUMNS, LIST_COLUMNS } from '../../../../shared/domain/imports/columns';
import { type ImportList, MAX_IMPORT_ROWS } from '../../../../shared/domain/imports/rows';
import { AppError } from '../../../../shared/errors/app-error';
import type {
  ImportHead,
  ImportReview,
  ImportRowView,
} from '../../../../shared/ipc/routes/imports';
import { utf8Bytes } from '../../../../shared/kernel/bytes';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { ulid } from '../../../../shared/kernel/ids';
import type { CommandPayload } from '../../../../shared/protocol/commands';
import { importWords, readImportAnswer } from '../../../../shared/protocol/imports';
import { DECIDED_BY_PERSON } from '../../../../shared/protocol/outbox';
import type { SentCommand } from '../../../store/outbox-protocol';
import type { StoreCaller } from '../../clients/store-client';
import type { TableClient } from '../../clients/table-client';
import type { AgreementService } from '../agreement/agreement';
import { freePath } from '../batch/workbooks';
import type { OutboxService } from '../outbox/outbox';
import type { NowMs } from '../ports';
import { signerOf } from '../signing/signer-of';
import type { SigningService } from '../signing/signing';
import type { SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { type TriedList, tryList } from './try-list';

const LISTED = 50;
/** With the signature and its certificates a command stays below what the outbox seals. */
const MAX_ROWS_BYTES = 1_250_000;

export interface ImportParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  /** A process of its own: batch verification may have its list open meanwhile. */
  readonly tables: Pick<TableClient, 'open' | 'rows' | 'write' | 'stop'>;
  readonly outbox: Pick<OutboxService, 'tell'>;
  readonly signing: Pick<SigningService, 'sign'>;
  readonly agreement: Pick<AgreementService, 'demand'>;
  /** Highest time seen. */
  readonly nowMs: NowMs;
  isEmergency(): boolean;
  chooseList(): Promise<string | null>;
  chooseFolder(): Promise<string | null>;
  /** Shows the person where the file is. */
  showFile(path: string): void;
}

/** What stays here of a list that was handed in: which rows, by line and masked name. */
interface Note {
  readonly file: string;
  readonly list: ImportList;
  readonly leftOut: number;
  readonly rows: readonly (readonly [line: number, name: string])[];
}
const factName = (id: string) => `import.${id}`;

/**
 * Lists of new certificates and of corrections, handed in to the centre under the head's signature. A list is tried
 * first; what is signed are the rows without a fault, by their digest. Here nothing changes a certificate.
 */
export class ImportService implements SessionListener {
  private tried: TriedList | null = null;

  constructor(private readonly parts: ImportParts) {}

  opened(): void {
    this.close();
  }

  closing(): void {
    this.close();
    this.parts.tables.stop();
  }

  /** Forgets the list that was tried. */
  close(): void {
    this.tried = null;
  }

  /** Tries a list that was dropped. Throws codes of `tryList`, FORBIDDEN, AGREEMENT_NEEDED. */
  async openDropped(list: ImportList, name: string, path: string): Promise<ImportReview> {
    await this.demandMay();
    return this.open(list, path, name);
  }

  /** Tries a list that the person chooses; null when the dialog was closed. Throws as `openDropped`. */
  async openChosen(list: ImportList): Promise<ImportReview | null> {
    await this.demandMay();
    const path = await this.parts.chooseList();
    return path === null ? null : this.open(list, path, basename(path));
  }

  private async open(list: ImportList, path: string, name: string): Promise<ImportReview> {
    const { view } = this.parts.sessions.demand();
    this.tried = null;
    let tried: TriedList;
    try {
      tried = await tryList(this.parts, list, path, name);
    } finally {
      // Whatever the file was, its process ends with it.
      this.parts.tables.stop();
    }
    if (utf8Bytes(canonicalJson(tried.rows)).length > MAX_ROWS_BYTES)
      throw new AppError('IMPORT_TOO_LONG', { most: MAX_IMPORT_ROWS });
    if (this.parts.sessions.current?.view !== view) throw new AppError('CANCELLED');
    this.tried = tried;
    const faults = tried.faults.map((fault) => ({ ...fault }));
    const { otherSheets } = tried;
    return { file: name, list, rows: tried.rows.length, faults, otherSheets };
  }

  /**
   * Has the list that was tried signed and queues it for the centre, with its entry in the log, all at once. Answers its
   * id. Throws IMPORT_NOTHING, FORBIDDEN, AGREEMENT_NEEDED, BUSY, CANCELLED, a token's codes, and codes of the outbox.
   */
  async sign(): Promise<string> {
    await this.demandMay();
    const { sessions, signing, outbox, nowMs } = this.parts;
    const session = sessions.demand();
    const { tried } = this;
    if (tried === null || tried.rows.length === 0) throw new AppError('IMPORT_NOTHING');
    const { file, list, rows, named, faults } = tried;
    const atMs = nowMs();
    const id = ulid(atMs, randomBytes(10));
    const rowsSha256 = createHash('sha256').update(canonicalJson(rows)).digest('hex');
    const about = {
      import: id,
      list,
      file: file.slice(0, 255),
      rows: rows.length,
      leftOut: faults.length,
      rowsSha256,
    };
    const signed = await signing.sign({
      type: 'import-intent',
      ...signerOf(session, atMs),
      ...about,
    });
    const note: Note = {
      file: about.file,
      list,
      leftOut: about.leftOut,
      rows: named.map(({ line, name }) => [line, name]),
    };
    await outbox.tell('import', { list, rows, signed } as CommandPayload<'import'>, {
      key: id,
      fact: { name: factName(id), value: JSON.stringify(note) },
      // The rows are the centre's; the log has their digest and the signature over it.
      audit: {
        kind: 'import-signed',
        actor: session.view.userId,
        payload: { ...about, signed },
      },
    });
    if (this.tried === tried) this.tried = null;
    return id;
  }

  /** What this person handed in, newest first. */
  async list(): Promise<ImportHead[]> {
    const sent = await this.sent();
    return Promise.all(sent.map(async (one) => headOf(one, await this.note(one.key))));
  }

  /** The rows of one, with what the centre said of each. Throws IMPORT_GONE. */
  async rows(id: string): Promise<ImportRowView[]> {
    const sent = (await this.sent()).find(({ key }) => key === id);
    const note = sent === undefined ? null : await this.note(id);
    if (sent === undefined || note === null) throw new AppError('IMPORT_GONE');
    const said = readImportAnswer(sent.reason) ?? [];
    return note.rows.map(([line, name], i) => ({ line, name, verdict: said[i] ?? null }));
  }

  /** Writes an empty list; answers its name, null when the dialog was closed. Throws EXPORT_TARGET, DISK_FULL. */
  async template(list: ImportList): Promise<string | null> {
    const { chooseFolder, tables, showFile } = this.parts;
    const folder = await chooseFolder();
    if (folder === null) return null;
    const path = freePath(folder, list === 'certificates' ? '新证书名单模板' : '证书更正名单模板');
    const headings = LIST_COLUMNS[list].map((column) => IMPORT_COLUMNS[column]);
    await tables.write({
      path,
      name: '名单',
      widths: headings.map(() => 22),
      top: [headings],
      rows: [],
    });
    showFile(path);
    return basename(path);
  }

  /** The head of the office alone hands lists in, by a device that works as it should. */
  private async demandMay(): Promise<void> {
    const { sessions, agreement, isEmergency } = this.parts;
    const { view, keys } = sessions.demand();
    if (isEmergency()) throw new AppError('EMERGENCY_READ_ONLY');
    if (view.role !== 'head' || !keys.has('deviceSign')) throw new AppError('FORBIDDEN');
    await agreement.demand('import');
  }

  private sent(): Promise<readonly SentCommand[]> {
    const { store, sessions } = this.parts;
    const actor = sessions.demand().view.userId;
    return store.call('outboxSent', { kind: 'import', actor, limit: LISTED });
  }

  private async note(id: string): Promise<Note | null> {
    const text = await this.parts.store.call('factGet', { name: factName(id) });
    return text === null || text === '' ? null : (JSON.parse(text) as Note);
  }
}

/** The persons' words without the mark that says so. */
function wordsOf(reason: string | null): string | null {
  const words = importWords(reason);
  return words?.startsWith(DECIDED_BY_PERSON) ? words.slice(DECIDED_BY_PERSON.length) : words;
}

const STATES: Readonly<Record<NonNullable<SentCommand['verdict']>, ImportHead['state']>> = {
  applied: 'judged',
  duplicate: 'judged',
  rejected: 'returned',
  'needs-review': 'under-review',
};

function headOf({ key, atMs, verdict, reason }: SentCommand, note: Note | null): ImportHead {
  const said = readImportAnswer(reason);
  const counts: ImportHead['counts'] = {};
  for (const one of said ?? []) if (one !== null) counts[one] = (counts[one] ?? 0) + 1;
  return {
    id: key,
    atMs,
    about:
      note === null
        ? null
        : { file: note.file, list: note.list, rows: note.rows.length, leftOut: note.leftOut },
    state: verdict === null ? 'waiting' : STATES[verdict],
    reason: said === undefined ? reason : null,
    words: wordsOf(reason),
    counts,
  };
}
