import { AppError } from '../../../../shared/errors/app-error';
import type { ExportMeta } from '../../../jobs/package/manifest';
import { demandOpen } from '../cross-region/exportable';
import type { Admission } from '../tickets/admission';
import type { ReadBoard } from './board/read-board';
import { exportRows } from './export-rows';
import { ExportRun } from './export-run';
import type { ExportsParts } from './exports-parts';
import type { Recipient } from './recipients';
import type { RunEnd } from './run-parts';

interface RunOf {
  readonly jobId: string;
  readonly admission: Admission;
  readonly meta: ExportMeta;
  readonly targetPath: string;
  readonly recipient: Recipient | null;
  /** Null: a list. */
  readonly board: ReadBoard | null;
  readonly issuers: ReadonlyMap<number, string>;
  /** What `marksNow` said before the first row or figure was read. */
  readonly marks: string;
  /** Gets the ids of the store's passes over the rows. */
  readonly exportIds: string[];
  readonly isEnded: () => boolean;
  readonly onCrashed: (end: RunEnd) => void;
}

/** The run of an export, with what it has to ask before the signature, with it, and before the package is in its place. */
export function makeRun(
  parts: ExportsParts,
  {
    jobId,
    admission,
    meta,
    targetPath,
    recipient,
    board,
    issuers,
    marks,
    exportIds,
    isEnded,
    onCrashed,
  }: RunOf,
): ExportRun {
  const { jobs, device, stagingDir, resources, events } = parts;
  const { granted } = admission;
  const store = granted?.store ?? parts.store;
  const demandSame = () => {
    parts.demandLeaving();
    // Nor rows of a grant that ended while the window was open.
    demandOpen(granted);
    // Nobody signs or lets out as valid what this device is told to show as 核查中.
    if (parts.marksNow(granted?.is.grant ?? null) !== marks)
      throw new AppError('EXPORT_MARKS_CHANGED');
  };
  return new ExportRun({
    jobId,
    meta,
    stagingDir,
    targetPath,
    recipient: recipient?.der ?? null,
    total: admission.count,
    board: board?.sheet ?? null,
    jobs,
    device,
    rows: () =>
      exportRows(
        { store, resources },
        {
          grant: granted?.is ?? null,
          filter: admission.wish.filter,
          template: admission.template,
          exportIds,
          issuers,
          sliceRoot: meta.sliceRoot,
        },
      ),
    needsReview: meta.review === true,
    signLog: (key) => parts.checkpoints.atExport(key),
    demandFactor: async () => {
      demandSame();
      await parts.admissions.demand(admission, meta.review === true);
    },
    useFactor: async () => {
      if (isEnded()) throw new AppError('CANCELLED');
      // A permit is not used up for what would be refused at its place.
      demandSame();
      await parts.admissions.spend(admission, meta.review === true);
    },
    demandPublish: demandSame,
    onProgress: (progress) => events.emit('exports.progressed', progress),
    onCrashed,
  });
}
