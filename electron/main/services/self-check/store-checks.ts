import { AppError, type ErrorCode } from '../../../../shared/errors/app-error';
import type { CheckItem, CheckItemName } from '../../../../shared/ipc/routes/self-check';
import type { FileCheck, PagesReport } from '../../../store/check/calls';
import type { StoreCaller } from '../../clients/store-client';
import type { DeepCheckService } from '../deep-check/deep-check';

export const skipped = (
  name: CheckItemName,
  code: 'no-key' | 'no-data' | 'busy' | 'pages-damaged',
): CheckItem => ({ name, state: 'skipped', code, params: {} });

/** Items that rest on one walk over the files; null report: the files were held by a backup. */
export function fileItems(report: PagesReport | null, program: string): readonly CheckItem[] {
  if (report === null)
    return [skipped('pages', 'busy'), skipped('engine', 'busy'), skipped('versions', 'busy')];
  const { journal, slice } = report;
  const files = slice === null ? [journal] : [journal, slice];
  return [
    pagesItem(report, files),
    engineItem(files),
    {
      name: 'versions',
      state: files.some((one) => one.version < one.newestVersion) ? 'warn' : 'ok',
      code: files.some((one) => one.version < one.newestVersion) ? 'older' : 'ok',
      params: { program, journal: journal.version, slice: slice?.version ?? '–' },
    },
  ];
}

function pagesItem(report: PagesReport, files: readonly FileCheck[]): CheckItem {
  const { journal, slice, bytes, bytesPerSecond } = report;
  const sum = (of: (one: FileCheck) => number) => files.reduce((all, one) => all + of(one), 0);
  const damaged = sum((one) => one.damagedPages);
  const params = {
    pages: sum((one) => one.pages),
    damaged,
    journal: journal.damagedPages,
    slice: slice?.damagedPages ?? 0,
    bytes,
    rate: bytesPerSecond,
  };
  return damaged > 0
    ? { name: 'pages', state: 'bad', code: 'damaged', params }
    : { name: 'pages', state: 'ok', code: 'ok', params };
}

function engineItem(files: readonly FileCheck[]): CheckItem {
  if (files.some(({ isSound }) => isSound === false))
    return { name: 'engine', state: 'bad', code: 'unsound', params: {} };
  if (files.some(({ isSound }) => isSound === null)) return skipped('engine', 'pages-damaged');
  return { name: 'engine', state: 'ok', code: 'ok', params: {} };
}

/** `busy`: a change of keys has the values in hand, or ended the check. */
const WHY_NOT: Partial<Record<ErrorCode, 'no-key' | 'no-data' | 'busy'>> = {
  BUSY: 'busy',
  CANCELLED: 'busy',
  FORBIDDEN: 'no-key',
  SLICE_EMPTY: 'no-data',
};

/** Whether the certificates are still the set that was loaded and that the server signed. */
export async function checkDigest(
  store: StoreCaller,
  report: PagesReport | null,
): Promise<CheckItem> {
  // Reading a damaged page would end the session before anything of this run is kept.
  if ((report?.slice?.damagedPages ?? 0) > 0) return skipped('digest', 'pages-damaged');
  try {
    const { isEqual, differingBuckets, rows } = await store.call('verify', { mode: 'quick' });
    const params = { rows, buckets: differingBuckets };
    return isEqual
      ? { name: 'digest', state: 'ok', code: 'ok', params }
      : { name: 'digest', state: 'bad', code: 'differs', params };
  } catch (error) {
    const why = error instanceof AppError ? WHY_NOT[error.code] : undefined;
    if (why === undefined) throw error;
    return skipped('digest', why);
  }
}

/** A slice of the deep check: sealed values, and masks, marks and names that are derived of rows. */
export async function checkDeep(
  deep: Pick<DeepCheckService, 'slice'>,
  report: PagesReport | null,
): Promise<CheckItem> {
  if ((report?.slice?.damagedPages ?? 0) > 0) return skipped('deep', 'pages-damaged');
  try {
    const { status, rows, found } = await deep.slice();
    const differing = found.buckets + found.sealed;
    if (differing > 0)
      return { name: 'deep', state: 'bad', code: 'differs', params: { count: differing } };
    const count = found.derived + found.names + found.structure;
    if (count > 0) return { name: 'deep', state: 'warn', code: 'mended', params: { count } };
    const { round, last } = status;
    return round === null
      ? { name: 'deep', state: 'ok', code: 'ok', params: { rows: last?.rows ?? rows } }
      : {
          name: 'deep',
          state: 'ok',
          code: 'partial',
          params: { rows, done: round.done, total: round.total },
        };
  } catch (error) {
    const why = error instanceof AppError ? WHY_NOT[error.code] : undefined;
    if (why === undefined) throw error;
    return skipped('deep', why);
  }
}

export async function checkAudit(
  store: StoreCaller,
  report: PagesReport | null,
): Promise<CheckItem> {
  if ((report?.journal.damagedPages ?? 0) > 0) return skipped('audit', 'pages-damaged');
  const { isIntact, entries, firstFault } = await store.call('auditVerify', {});
  const params = { entries, entry: firstFault ?? 0 };
  return isIntact
    ? { name: 'audit', state: 'ok', code: 'ok', params }
    : { name: 'audit', state: 'bad', code: 'broken', params };
}
