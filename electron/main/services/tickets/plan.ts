import { createHash } from 'node:crypto';
import type { ExporterRole, ExportPurpose } from '../../../../shared/domain/policy/export-policy';
import { BOARD_TEMPLATE, FULL_TEMPLATE } from '../../../../shared/domain/policy/export-templates';
import { AppError } from '../../../../shared/errors/app-error';
import type { Filter } from '../../../../shared/ipc/common';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import type { BoardState } from '../../../../shared/protocol/board-state';
import { type ExportIntent, intentBytes } from '../../../../shared/protocol/ticket';
import type { OpenSession } from '../unlock/session';

/** What a person asks to let out. */
export interface ExportWish {
  readonly filter: Filter;
  readonly purposeClass: ExportPurpose;
  readonly purpose: string;
  /** A template of the policy; absent: the full list. */
  readonly template?: string | undefined;
  /** A board of the scope in place of its certificates. */
  readonly board?: BoardState | undefined;
  /** The grant whose rows go out in place of the office's own. */
  readonly grant?: string | undefined;
}

/** SHA-256 of an intent, hex: what tickets are bound to. */
export const intentDigest = (intent: ExportIntent): string =>
  createHash('sha256').update(intentBytes(intent)).digest('hex');

/** The person's role as one that may export. Throws FORBIDDEN. */
export function exporterRole({ view }: OpenSession): ExporterRole {
  if (view.role !== 'inspector' && view.role !== 'head')
    throw new AppError('FORBIDDEN', {}, `export as ${view.role}`);
  return view.role;
}

/** The intent as this process computes it; nothing of it but the wish comes from a page. */
export function intentOf(
  { view, office }: OpenSession,
  { filter, purposeClass, purpose, template = FULL_TEMPLATE.id, board, grant }: ExportWish,
  computed: {
    readonly traceId: string;
    readonly scope: string;
    readonly count: number;
    /** Of the grant. */
    readonly regions?: readonly string[] | undefined;
  },
): ExportIntent {
  return {
    type: 'export-intent',
    traceId: computed.traceId,
    office: office.office.code,
    device: office.deviceId,
    userId: view.userId,
    purposeClass,
    purpose,
    template: board === undefined ? template : BOARD_TEMPLATE.id,
    filter: canonicalJson(filter),
    scope: computed.scope,
    regions: regionsOf(computed.regions ?? filter.regions ?? view.regions, board),
    ...(board === undefined ? {} : { board }),
    ...(grant === undefined ? {} : { grant }),
    maxRows: computed.count,
  };
}

/** The rival's region is in the package too: a permit has to cover it. */
function regionsOf(regions: readonly string[], board: BoardState | undefined): string[] {
  const other = board?.rival?.kind === 'region' ? [board.rival.region] : [];
  return [...new Set([...regions, ...other])];
}
