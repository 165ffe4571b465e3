import type { RouteOutput } from '../../../shared/ipc/contract';

/** One line of the export history. */
export type ExportRecord = RouteOutput<'exports.history'>['items'][number];
