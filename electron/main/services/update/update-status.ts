import type { UpdateStatus } from '../../../../shared/ipc/routes/update';
import { NOWHERE, type UpdateParts, type UpdateState } from './update-parts';

/** How updates stand, as pages see it. */
export function statusOf(
  { supply, device, way, installAt, history }: UpdateParts,
  { phase, found, isDue, doneBytes, checkedMs, refused }: UpdateState,
): UpdateStatus {
  return {
    version: device.version,
    supply: supply === null ? 'off' : supply.line === null ? 'stick' : 'line',
    host: supply?.host ?? null,
    channel: device.channel,
    phase,
    checkedMs,
    offer:
      found === null
        ? null
        : {
            version: found.release.version,
            publishedMs: found.release.publishedMs,
            notes: found.release.notes,
            bytes: found.file.bytes,
            isDue,
            dueMs: found.release.mandatoryByMs,
            origin:
              found.source === NOWHERE
                ? 'kept'
                : found.source.medium === 'stick'
                  ? 'stick'
                  : 'line',
          },
    doneBytes,
    refused,
    way,
    file: phase === 'waiting' && way !== 'swap' ? (found?.file.name ?? null) : null,
    installAt,
    last: history.last,
  };
}
