import { AppError } from '../../../../../shared/errors/app-error';
import type { ServiceLog } from '../../ports';
import type { OpenSession } from '../../unlock/session';
import { type CacheLoaded, type CacheLoadParts, loadFromCache } from './cache-load';
import { openCache } from './open-cache';

export interface FillParts extends Omit<CacheLoadParts, 'cache'> {
  readonly cacheDir: string;
  readonly log: ServiceLog;
}

/** Fills the empty slice in memory from the session's cache, or answers why it stays empty. */
export async function fillFromCache(
  { keys, view }: OpenSession,
  { cacheDir, log, ...parts }: FillParts,
): Promise<CacheLoaded | AppError> {
  parts.progress.markFirst();
  const cache = await openCache(cacheDir, keys);
  try {
    const loaded = await loadFromCache({ ...parts, cache });
    return loaded ?? new AppError('EMERGENCY_CACHE_MISSING');
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'EMERGENCY_CACHE_DAMAGED') throw error;
    const payload = { detail: error.detail ?? '' };
    log.warn('segment cache refused', payload);
    const audit = { kind: 'cache-refused', actor: view.userId, payload };
    await parts.store.call('auditAppend', audit);
    return error;
  } finally {
    cache.close();
  }
}
