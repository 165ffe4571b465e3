import { AppError } from '../../shared/errors/app-error';

function hasCode(error: unknown): error is Error & { readonly code: string } {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('SQLITE_')
  );
}

/** SQLite's codes as documented errors; anything else passes unchanged. `file` names the database for people. */
export function storeError(error: unknown, file = ''): unknown {
  if (!hasCode(error)) return error;
  const { code, message } = error;
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return new AppError('STORE_CORRUPT', { file }, message);
  if (code === 'SQLITE_FULL') return new AppError('DISK_FULL', { neededMb: 0 }, message);
  if (code.startsWith('SQLITE_READONLY')) return new AppError('DISK_READ_ONLY', {}, message);
  if (code.startsWith('SQLITE_BUSY')) return new AppError('STORE_IN_USE', {}, message);
  // A full disk shows as a failed write where the file system does not say ENOSPC in time.
  if (code === 'SQLITE_IOERR_WRITE')
    return new AppError('DISK_FULL', { neededMb: 0 }, `${code} ${message}`);
  if (code.startsWith('SQLITE_IOERR'))
    return new AppError('STORE_CORRUPT', { file }, `${code} ${message}`);
  return error;
}
