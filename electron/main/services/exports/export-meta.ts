import { basename } from 'node:path';
import type { ExportPolicy } from '../../../../shared/domain/policy/export-policy';
import { AppError } from '../../../../shared/errors/app-error';
import type { SyncStatus } from '../../../../shared/ipc/routes/sync';
import type { ExportMeta } from '../../../jobs/package/manifest';
import { newVerificationCode } from '../../../jobs/package/verification-code';
import type { ExportLedgerEntry } from '../../../store/protocol';
import type { StoreCaller } from '../../clients/store-client';
import type { Resources } from '../tables/resources';
import { type Admission, carriedTicket } from '../tickets/admission';
import { wishWords } from './board/board-words';
import type { ReadBoard } from './board/read-board';
import type { RunEnd } from './run-parts';

export interface MetaSource {
  readonly store: StoreCaller;
  readonly resources: Resources;
  readonly rulePack: { readonly id: string; readonly version: string };
  readonly watermark: string;
  readonly nowMs: number;
  /** The server's time of the data, ms; null: there are none. */
  readonly asOfMs: number | null;
  /** They are older than the rules let a green stand for. */
  readonly isStale: boolean;
  /** How far the rows are known to be the centre's. */
  readonly proof: SyncStatus['proof']['state'];
  /** A second person has to sign. */
  readonly isReviewed: boolean;
  /** The policy's. */
  readonly verifyAt: string | undefined;
  /** What the board's figures are of; null: a list. */
  readonly board: ReadBoard | null;
}

/** Whether the ticket or the policy of now asks for a second person's signature. */
export function needsReview({ ticket, count }: Admission, { reviewOver }: ExportPolicy): boolean {
  return [ticket.reviewOver, reviewOver].some((over) => over !== null && count > over);
}

/** What the centre is told of the signatures of a sealed package: who signed, and over which manifest. */
export function signaturesOf({ published, certificates }: Extract<RunEnd, { outcome: 'sealed' }>) {
  const [signer, reviewer] = certificates.map((der) => Buffer.from(der).toString('base64'));
  return {
    manifestSha256: published.manifestSha256,
    ...(signer === undefined ? {} : { signerCertificate: signer }),
    ...(reviewer === undefined ? {} : { reviewerCertificate: reviewer }),
  };
}

/** What the package says about itself. Throws SLICE_EMPTY before the first synchronisation. */
export async function exportMeta(
  admission: Admission,
  {
    store,
    resources,
    rulePack,
    watermark,
    nowMs,
    asOfMs,
    isStale,
    proof,
    isReviewed,
    verifyAt,
    board,
  }: MetaSource,
): Promise<ExportMeta> {
  const { session, wish, intent, template } = admission;
  const { view, office } = session;
  const { checkpoint } = await store.call('state', {});
  if (checkpoint === null || asOfMs === null) throw new AppError('SLICE_EMPTY');
  if (board !== null && board.root !== checkpoint.root)
    throw new AppError('EXPORT_STOPPED', {}, 'the slice changed meanwhile');
  const { code, name, region } = office.office;
  return {
    traceId: intent.traceId,
    verificationCode: newVerificationCode(),
    ...(verifyAt === undefined ? {} : { verifyAt }),
    office: { code, name },
    region: { code: region, name: resources.regions.fullName(region) ?? region },
    practice: office.isPractice,
    createdAtMs: nowMs,
    dataAsOfMs: asOfMs,
    ...(isStale ? { isStale: true as const } : {}),
    sliceRoot: checkpoint.root,
    ...(proof === 'proven' ? {} : { sliceProof: proof }),
    requester: { badge: view.badge, name: view.name, role: view.role },
    purpose: intent.purpose,
    purposeClass: intent.purposeClass,
    intent,
    ticket: carriedTicket(admission),
    scope: wishWords(wish, resources),
    ...(board === null || wish.board === undefined
      ? {}
      : { board: { ...wish.board, ...board.facts } }),
    ...(isReviewed ? { review: true as const } : {}),
    ...(board === null ? { template: shownForm(template) } : {}),
    rulePack,
    watermark,
  };
}

const shownForm = (template: Admission['template']): NonNullable<ExportMeta['template']> => ({
  id: template.id,
  name: template.names['zh-CN'],
  columns: [...template.columns],
  masking: template.masking,
  hasList: template.hasList,
  records: template.records,
  needsRecipient: template.needsRecipient,
});

/** The ledger's line if nothing more is heard of an export: what a killed program leaves with a spent ticket. */
export function draftEntry(meta: ExportMeta, count: number, targetPath: string): ExportLedgerEntry {
  return {
    ...ledgerEntry(meta, count, { outcome: 'cancelled' }),
    verificationCode: meta.verificationCode,
    fileName: basename(targetPath),
    path: targetPath,
  };
}

/** The ledger's line of an export that has ended. */
export function ledgerEntry(meta: ExportMeta, count: number, end: RunEnd): ExportLedgerEntry {
  const sealed = end.outcome === 'sealed' ? end : null;
  return {
    traceId: meta.traceId,
    atMs: meta.createdAtMs,
    purpose: meta.purpose,
    count,
    outcome: end.outcome,
    signer: sealed?.signer ?? null,
    verificationCode: sealed === null ? null : meta.verificationCode,
    fileName: sealed === null ? null : basename(sealed.published.path),
    path: sealed?.published.path ?? null,
    packageSha256: sealed?.published.sha256 ?? null,
    isPractice: meta.practice,
  };
}
