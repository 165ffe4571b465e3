import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportPolicy } from '../../../../shared/domain/policy/export-policy';
import { AppError } from '../../../../shared/errors/app-error';
import type { Filter } from '../../../../shared/ipc/common';
import type { BoardState } from '../../../../shared/protocol/board-state';
import { figuresIn } from '../../../jobs/package/board/sheet';
import type { ExportMeta } from '../../../jobs/package/manifest';
import { sweepStaging } from '../../../jobs/package/staging';
import type { DeviceCaller } from '../../clients/device-client';
import type { JobsCaller } from '../../clients/jobs-client';
import type { StoreCaller } from '../../clients/store-client';
import { demandOpen } from '../cross-region/exportable';
import type { EventSink, NowMs, ServiceLog } from '../ports';
import type { AuditCheckpoints } from '../signing/checkpoints';
import type { Seat, SigningService } from '../signing/signing';
import type { ShownTask } from '../signing/signing-task';
import type { SyncService } from '../sync/sync';
import { readIssuers } from '../tables/reference';
import type { Resources } from '../tables/resources';
import type { Admission } from '../tickets/admission';
import type { Admissions, Admitted } from '../tickets/admissions';
import { signingChoices } from '../tokens/tokens';
import type { SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { type ReadBoard, readBoardSheet } from './board/read-board';
import { type StagedFiles, stagedFiles } from './data-digest';
import { type EndedExport, endExport } from './export-end';
import { draftEntry, exportMeta, needsReview } from './export-meta';
import type { ExportRecords } from './export-record';
import { exportRows } from './export-rows';
import { codeOf, ExportRun, type RunEnd } from './export-run';
import { FileHandles } from './file-handles';
import type { ExportReceipts } from './receipts';
import type { Recipient, Recipients } from './recipients';

export interface ExportsParts {
  readonly store: StoreCaller;
  readonly device: DeviceCaller;
  readonly jobs: JobsCaller;
  readonly sessions: SessionHolder;
  readonly admissions: Admissions;
  readonly recipients: Recipients;
  readonly signing: Pick<SigningService, 'reserve'>;
  readonly receipts: Pick<ExportReceipts, 'takenMs'>;
  readonly checkpoints: Pick<AuditCheckpoints, 'atExport'>;
  readonly events: EventSink;
  readonly log: ServiceLog;
  readonly nowMs: NowMs;
  readonly sync: Pick<SyncService, 'asOf'>;
  readonly resources: Resources;
  readonly rulePack: { readonly id: string; readonly version: string };
  readonly stagingDir: string;
  /** Says which certificates the store shows as 核查中, and nothing about them. */
  readonly marksNow: () => string;
  /** Ledger, audit log and outbox of what ended. */
  readonly records: Pick<ExportRecords, 'keep'>;
  /** Where packages go when the person does not choose; made when missing. */
  readonly defaultFolder: () => string;
  /** Asks for a folder; null when the person closed the dialog. */
  chooseFolder(): Promise<string | null>;
  /** Shows a file in the system's file manager. */
  showFile(path: string): void;
  /** `name badge place time`, as the watermark of pages. */
  watermark(): string;
}

/** In the name of a board's package, so that a folder tells it from lists. */
const BOARD_SUFFIX = '-board';

const shownBoard = ({ sheet, facts }: ReadBoard) => ({
  tables: sheet.tables.length,
  certificates: facts.certificates,
});

interface Going {
  readonly seat: Seat;
  readonly target: 'default' | 'choose';
  readonly recipient: Recipient | null;
}

interface Current extends EndedExport {
  readonly run: ExportRun;
  readonly recipient: Recipient | null;
  /** Null: a list. */
  readonly board: ReadBoard | null;
  staged: StagedFiles;
  isEnded: boolean;
}

/** Bulk exports: one at a time, from the scope to the sealed package and its ledger entry. */
export class ExportService implements SessionListener {
  private current: Current | null = null;
  private isStarting = false;
  private ending: Promise<void> = Promise.resolve();
  /** Aborted when the session ends: an export's end does not wait for its job then. */
  private lock = new AbortController();
  private readonly handles = new FileHandles();

  constructor(private readonly parts: ExportsParts) {}

  async opened(): Promise<void> {
    this.lock = new AbortController();
    // What a killed export left behind; a failure here must not keep anybody from working.
    await sweepStaging(this.parts.stagingDir).catch(() => 0);
  }

  async closing(): Promise<void> {
    this.lock.abort();
    await this.stop();
    // One that ends already is written down before the store closes.
    await this.ending;
    this.parts.admissions.forget();
    this.parts.recipients.clear();
    this.handles.clear();
  }

  /** Ends what is being made; nothing half of it stays. */
  async stop(): Promise<void> {
    if (this.current !== null) await this.end(this.current, { outcome: 'cancelled' });
  }

  /** Ends what is being made of a grant's rows: they go from this disk, and so does what was staged of them. */
  async endGrant(grant: string): Promise<void> {
    if (this.current?.admission.intent.grant === grant)
      await this.end(this.current, { outcome: 'cancelled', why: 'GRANT_GONE' });
  }

  count(filter: Filter, board?: BoardState, grant?: string) {
    return this.parts.admissions.count(filter, board, grant);
  }

  /** Begins the export that a factor was given for; the rest of its life comes as `exports.progressed`. */
  async start(
    factor: () => Promise<Admitted>,
    target: 'default' | 'choose',
    recipient: string | null = null,
  ) {
    if (this.current !== null || this.isStarting) throw new AppError('BUSY');
    // Before the factor is asked for: what cannot be signed must not use a code up.
    const seat = this.parts.signing.reserve(async () => {
      if (this.current?.seat === seat) await this.end(this.current, { outcome: 'cancelled' });
    });
    this.isStarting = true;
    let hasBegun = false;
    try {
      // Before a code is used up for it.
      const going = {
        target,
        seat,
        recipient: recipient === null ? null : this.parts.recipients.demand(recipient),
      };
      const given = await factor();
      if (given.outcome !== 'admitted') return given;
      const begun = await this.begin(given.admission, going);
      hasBegun = true;
      return { outcome: 'started' as const, ...begun };
    } finally {
      this.isStarting = false;
      if (!hasBegun) seat.leave(false);
    }
  }

  private async begin(admission: Admission, { target, recipient, seat }: Going) {
    const { session, count, template } = admission;
    if (template.needsRecipient && recipient === null) throw new AppError('EXPORT_NEEDS_RECIPIENT');
    const { admissions } = this.parts;
    const folder = await this.folder(target);
    const { policy } = await admissions.said(session);
    const board = await this.board(admission);
    const meta = await this.meta(admission, policy, board);
    if (this.parts.sessions.current?.view !== session.view) throw new AppError('LOCKED');
    const name = `${meta.traceId}${board === null ? '' : BOARD_SUFFIX}`;
    const targetPath = join(folder, `${name}.zip${recipient === null ? '' : '.p7m'}`);
    const draft = draftEntry(meta, count, targetPath);
    // Before any row is read: a kill between sealing and the ledger must not leave an unlogged export.
    await admissions.ledger.hold(admission, draft, admissions.limits(session, policy));
    try {
      return await this.prepare(admission, meta, targetPath, { recipient, seat, board });
    } catch (error) {
      await admissions.ledger.free(admission);
      throw error;
    }
  }

  private async prepare(
    admission: Admission,
    meta: ExportMeta,
    targetPath: string,
    { recipient, seat, board }: Pick<Going, 'recipient' | 'seat'> & Pick<Current, 'board'>,
  ) {
    const { count, wish, granted } = admission;
    const store = granted?.store ?? this.parts.store;
    const jobId = randomUUID();
    const exportIds: string[] = [];
    const issuers = await readIssuers(store);
    await mkdir(this.parts.stagingDir, { recursive: true, mode: 0o700 });
    const { jobs, device, stagingDir, events, resources } = this.parts;
    // Taken before the first row is read: a mark that comes later may be missing in the files.
    const marks = this.parts.marksNow();
    const demandSame = () => {
      // Nor rows of a grant that ended while the window was open.
      demandOpen(granted);
      // Nobody signs or lets out as valid what this device is told to show as 核查中.
      if (this.parts.marksNow() !== marks) throw new AppError('EXPORT_MARKS_CHANGED');
    };
    const run = new ExportRun({
      jobId,
      meta,
      stagingDir,
      targetPath,
      recipient: recipient?.der ?? null,
      total: count,
      board: board?.sheet ?? null,
      jobs,
      device,
      rows: () =>
        exportRows(
          { store, resources },
          {
            grant: granted?.is ?? null,
            filter: wish.filter,
            template: admission.template,
            exportIds,
            issuers,
            sliceRoot: meta.sliceRoot,
          },
        ),
      needsReview: meta.review === true,
      signLog: (key) => this.parts.checkpoints.atExport(key),
      demandFactor: async () => {
        demandSame();
        await this.parts.admissions.demand(admission, meta.review === true);
      },
      useFactor: async () => {
        if (current.isEnded) throw new AppError('CANCELLED');
        // A permit is not used up for what would be refused at its place.
        demandSame();
        await this.parts.admissions.spend(admission, meta.review === true);
      },
      demandPublish: demandSame,
      onProgress: (progress) => events.emit('exports.progressed', progress),
      onCrashed: (end) => void this.end(current, end),
    });
    const staged: StagedFiles = { files: [], digestWords: '' };
    const current: Current = {
      admission,
      seat,
      jobId,
      meta,
      count,
      run,
      exportIds,
      recipient,
      board,
      staged,
      isEnded: false,
    };
    this.current = current;
    void this.makeReady(current);
    return { jobId, traceId: meta.traceId };
  }

  async cancel(jobId: string): Promise<void> {
    if (this.current?.jobId === jobId) await this.end(this.current, { outcome: 'cancelled' });
  }

  async history() {
    const entries = await this.parts.store.call('ledgerList', { limit: 200 });
    const taken = await this.parts.receipts.takenMs();
    return entries.map((entry) => {
      const { path, packageSha256: _sha256, ...shown } = entry;
      const takenMs = taken.get(entry.traceId) ?? null;
      return { ...shown, takenMs, handle: this.handles.of(path) };
    });
  }

  show(handle: string): void {
    this.parts.showFile(this.handles.demand(handle));
  }

  private shown(current: Current): ShownTask {
    const { meta, count, staged, admission, recipient, run, isEnded, board } = current;
    if (isEnded) throw new AppError('CANCELLED');
    const { id, way } = admission.ticket;
    const requester = `${meta.requester.name} ${meta.requester.badge}`;
    return {
      intent: admission.intent,
      extras: {
        ticket: id,
        way,
        count,
        template: admission.template,
        requester,
        recipient: recipient?.shown ?? null,
        board: board === null ? null : { root: board.root, ...shownBoard(board) },
      },
      files: staged.files,
      digestWords: staged.digestWords,
      signatures: 2,
      review: meta.review === true ? { first: run.signedBy } : null,
      isPractice: meta.practice,
    };
  }

  /** Makes the files for the likeliest key, then asks the person. */
  private async makeReady(current: Current): Promise<void> {
    try {
      const { items } = await signingChoices(this.parts.device);
      const choice = items.find(({ shown }) => shown.state === 'usable' && !shown.isPinLocked);
      if (choice !== undefined) {
        const prepared = await current.run.prepare(choice);
        if (!('digest' in prepared)) {
          await this.end(current, prepared);
          return;
        }
        current.staged = await stagedFiles(this.parts.stagingDir);
      }
      if (current.isEnded) return;
      await current.seat.show({
        shown: () => this.shown(current),
        confirm: async (chosen, pin) => {
          const { answer, ended } = await current.run.confirm(chosen, pin);
          if (ended !== null) await this.end(current, ended);
          return answer;
        },
      });
    } catch (error) {
      this.parts.log.error('export failed', { detail: String(error) });
      await this.end(current, { outcome: 'failed', code: codeOf(error) });
    }
  }

  /** The one end of every export; a second call waits for the first. */
  private async end(current: Current, end: RunEnd): Promise<void> {
    if (current.isEnded) {
      await this.ending;
      return;
    }
    current.isEnded = true;
    const onOver = () => {
      this.current = null;
    };
    this.ending = endExport(this.parts, current, end, onOver, this.lock.signal);
    await this.ending;
  }

  private async folder(target: 'default' | 'choose'): Promise<string> {
    const folder =
      target === 'choose' ? await this.parts.chooseFolder() : this.parts.defaultFolder();
    if (folder === null) throw new AppError('CANCELLED');
    await mkdir(folder, { recursive: true }).catch(() => {
      throw new AppError('EXPORT_TARGET');
    });
    return folder;
  }

  /** The figures of a board, computed now. Throws EXPORT_TICKET_UNFIT where they are more than was permitted. */
  private async board({ wish, intent }: Admission): Promise<ReadBoard | null> {
    if (wish.board === undefined) return null;
    const board = await readBoardSheet(this.parts, wish.filter, wish.board);
    if (board.facts.certificates === 0) throw new AppError('EXPORT_EMPTY');
    if (figuresIn(board.sheet) > intent.maxRows)
      throw new AppError('EXPORT_TICKET_UNFIT', {}, 'grown meanwhile');
    return board;
  }

  private async meta(
    admission: Admission,
    policy: ExportPolicy,
    board: ReadBoard | null,
  ): Promise<ExportMeta> {
    const { resources, rulePack, nowMs, sync } = this.parts;
    const { granted } = admission;
    const store = granted?.store ?? this.parts.store;
    const watermark = this.parts.watermark();
    const isReviewed = needsReview(admission, policy);
    return exportMeta(admission, {
      board,
      isReviewed,
      verifyAt: policy.verifyAt,
      store,
      resources,
      rulePack,
      watermark,
      nowMs: nowMs(),
      // Granted rows are of the moment in which the centre packed them.
      asOfMs: granted === null ? await sync.asOf() : await packedMs(granted.store),
    });
  }
}

/** When the centre signed the state of a grant's rows, ms; null: none are here. */
async function packedMs(store: StoreCaller): Promise<number | null> {
  return (await store.call('state', {})).checkpoint?.issuedMs ?? null;
}
