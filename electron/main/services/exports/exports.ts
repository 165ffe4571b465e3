import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { namesPerson } from '../../../../shared/domain/authority/certificate-holder';
import type { ExportPolicy } from '../../../../shared/domain/policy/export-policy';
import { AppError, type ErrorCode } from '../../../../shared/errors/app-error';
import type { Filter } from '../../../../shared/ipc/common';
import type { BoardState } from '../../../../shared/protocol/board-state';
import { figuresIn } from '../../../jobs/package/board/sheet';
import type { ExportMeta } from '../../../jobs/package/manifest';
import { sweepStaging } from '../../../jobs/package/staging';
import type { StoreCaller } from '../../clients/store-client';
import { readIssuers } from '../tables/reference';
import type { Admission } from '../tickets/admission';
import type { Admitted, Ready } from '../tickets/admissions';
import { signingChoices } from '../tokens/tokens';
import type { SessionListener } from '../unlock/unlock';
import { type ReadBoard, readBoardSheet } from './board/read-board';
import { type StagedFiles, stagedFiles } from './data-digest';
import { endExport } from './export-end';
import { draftEntry, exportMeta, needsReview } from './export-meta';
import type { CurrentExport, ExportsParts, GoingExport } from './exports-parts';
import { FileHandles } from './file-handles';
import { freeStem } from './free-stem';
import { makeRun } from './make-run';
import { presence } from './presence';
import { codeOf } from './run-outcomes';
import type { RunEnd } from './run-parts';
import { shownTask } from './shown-task';

const DAY_MS = 86_400_000;
/** In the name of a board's package, so that a folder tells it from lists. */
const BOARD_SUFFIX = '-board';

/** Bulk exports: one at a time, from the scope to the sealed package and its ledger entry. */
export class ExportService implements SessionListener {
  private current: CurrentExport | null = null;
  private isStarting = false;
  private ending: Promise<void> = Promise.resolve();
  /** Aborted when the session ends: an export's end does not wait for its job then. */
  private lock = new AbortController();
  /** The folder that was chosen before a code turned out to be wrong: the next try does not ask for it again. */
  private chosen: string | null = null;
  private readonly handles = new FileHandles(presence);

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
    this.chosen = null;
  }

  /** Ends what is being made; nothing half of it stays. `why`: not by the person's wish, and told to them. */
  async stop(why?: ErrorCode): Promise<void> {
    if (this.current === null) return;
    await this.end(this.current, { outcome: 'cancelled', ...(why === undefined ? {} : { why }) });
  }

  /** Ends what is being made of a grant's rows: they go from this disk, and so does what was staged of them. */
  async endGrant(grant: string): Promise<void> {
    if (this.current?.admission.intent.grant === grant)
      await this.end(this.current, { outcome: 'cancelled', why: 'GRANT_GONE' });
  }

  count(filter: Filter, board?: BoardState, grant?: string) {
    return this.parts.admissions.count(filter, board, grant);
  }

  /**
   * Begins the export that a factor was given for; the rest of its life comes as `exports.progressed`. All that can refuse it
   * without the factor is looked at before: `factor` is told what it needs for that.
   */
  async start(
    factor: (ready: Ready) => Promise<Admitted>,
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
        seat,
        recipient: recipient === null ? null : this.parts.recipients.demand(recipient),
      };
      const folder = (target === 'choose' && this.chosen) || (await this.folder(target));
      this.chosen = null;
      const given = await factor({ hasRecipient: going.recipient !== null });
      if (given.outcome === 'code-wrong' && target === 'choose') this.chosen = folder;
      if (given.outcome !== 'admitted') return given;
      const begun = await this.begin(given.admission, { ...going, folder });
      hasBegun = true;
      return { outcome: 'started' as const, ...begun };
    } finally {
      this.isStarting = false;
      if (!hasBegun) seat.leave(false);
    }
  }

  private async begin(admission: Admission, { folder, recipient, seat }: GoingExport) {
    const { session, count, template } = admission;
    if (template.needsRecipient && recipient === null) throw new AppError('EXPORT_NEEDS_RECIPIENT');
    const { admissions } = this.parts;
    // Before the first row or figure is read: a mark that comes later may be missing in the files.
    const marks = this.parts.marksNow(admission.granted?.is.grant ?? null);
    const { policy } = await admissions.said(session);
    const board = await this.board(admission);
    const meta = await this.meta(admission, policy, board);
    if (this.parts.sessions.current?.view !== session.view) throw new AppError('LOCKED');
    this.parts.demandLeaving();
    const name = `${meta.traceId}${board === null ? '' : BOARD_SUFFIX}`;
    const ending = `zip${recipient === null ? '' : '.p7m'}`;
    const targetPath = join(folder, `${await freeStem(folder, name, [ending])}.${ending}`);
    const draft = draftEntry(meta, count, targetPath);
    // Before any row is read: a kill between sealing and the ledger must not leave an unlogged export.
    await admissions.ledger.hold(admission, draft, admissions.limits(session, policy));
    admissions.begun(admission);
    try {
      return await this.prepare(admission, meta, targetPath, { recipient, seat, board, marks });
    } catch (error) {
      await admissions.ledger.free(admission);
      throw error;
    }
  }

  private async prepare(
    admission: Admission,
    meta: ExportMeta,
    targetPath: string,
    {
      recipient,
      seat,
      board,
      marks,
    }: Pick<GoingExport, 'recipient' | 'seat'> &
      Pick<CurrentExport, 'board'> & { readonly marks: string },
  ) {
    const { count } = admission;
    const jobId = randomUUID();
    const exportIds: string[] = [];
    const issuers = await readIssuers(admission.granted?.store ?? this.parts.store);
    await mkdir(this.parts.stagingDir, { recursive: true, mode: 0o700 });
    // A level that came while this began found nothing yet that it could end.
    this.parts.demandLeaving();
    const run = makeRun(this.parts, {
      jobId,
      admission,
      meta,
      targetPath,
      recipient,
      board,
      issuers,
      marks,
      exportIds,
      isEnded: () => current.isEnded,
      onCrashed: (end) => void this.end(current, end),
    });
    const staged: StagedFiles = { files: [], digestWords: '' };
    const current: CurrentExport = {
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
    const handles = await this.handles.of(entries.map(({ path }) => path));
    return entries.map((entry) => {
      const { path, packageSha256: _sha256, ...shown } = entry;
      const takenMs = taken.get(entry.traceId) ?? null;
      return { ...shown, takenMs, handle: path === null ? null : (handles.get(path) ?? null) };
    });
  }

  async show(handle: string): Promise<void> {
    this.parts.showFile(await this.handles.demand(handle));
  }

  /** Makes the files for the likeliest key, then asks the person. */
  private async makeReady(current: CurrentExport): Promise<void> {
    try {
      const { items } = await signingChoices(this.parts.device);
      const usable = items.filter(({ shown }) => shown.state === 'usable' && !shown.isPinLocked);
      const own = usable.find(({ shown }) => namesPerson(shown.subject, current.meta.requester));
      const choice = own ?? usable[0];
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
        shown: () => shownTask(current),
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
  private async end(current: CurrentExport, end: RunEnd): Promise<void> {
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
    // The dialog may have been open for hours.
    this.parts.demandLeaving();
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
    // Granted rows are of the moment in which the centre packed them.
    const asOfMs = granted === null ? await sync.asOf() : await packedMs(granted.store);
    const { isStale, freshnessDays, proof } = await sync.status();
    return exportMeta(admission, {
      board,
      isReviewed,
      verifyAt: policy.verifyAt,
      store,
      resources,
      rulePack,
      watermark,
      nowMs: nowMs(),
      asOfMs,
      // Granted rows are checked against what their centre signed when they come, and stand still.
      proof: granted === null ? proof.state : 'proven',
      isStale:
        granted === null ? isStale : asOfMs !== null && nowMs() - asOfMs > freshnessDays * DAY_MS,
    });
  }
}

/** When the centre signed the state of a grant's rows, ms; null: none are here. */
async function packedMs(store: StoreCaller): Promise<number | null> {
  return (await store.call('state', {})).checkpoint?.issuedMs ?? null;
}
