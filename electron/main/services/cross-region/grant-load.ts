import { ENTITIES } from '../../../../shared/domain/model';
import { AppError } from '../../../../shared/errors/app-error';
import { MAX_OBJECT_BYTES } from '../../../../shared/protocol/columns';
import {
  GRANT_KEYS_BYTES,
  type GrantContent,
  GrantContentSchema,
  grantContext,
} from '../../../../shared/protocol/cross-region';
import type { StoreCaller } from '../../clients/store-client';
import type { Ingest } from '../../workers/ingest-client';
import { manifestHash } from '../sync/manifest-hash';
import { openDeviceBox } from '../unlock/device-box';
import type { OfficeFile } from '../unlock/office-file';
import type { OpenSession } from '../unlock/session';
import { StatementChecks } from '../unlock/statement-checks';
import { type GrantKeys, grantKeysIn } from './grant-folder';
import type { GrantSource } from './grant-source';

/** What the centre packed for this device: keys, which the caller zeroes, and the signed content. */
export interface GrantPackage {
  readonly keys: GrantKeys;
  readonly envelope: unknown;
}

/** Fetches what a grant brings. Throws SYNC_PROTOCOL, and codes of its source. */
export async function fetchPackage(
  source: GrantSource,
  session: OpenSession,
  grant: string,
  signal: AbortSignal,
): Promise<GrantPackage> {
  const name = grantContext(session.office.deviceId, grant);
  const bytes = await openDeviceBox(session, await source.box(grant, signal), name);
  try {
    if (bytes === null) throw new RangeError('not this device’s');
    const envelope: unknown = JSON.parse(
      Buffer.from(bytes.subarray(GRANT_KEYS_BYTES)).toString('utf8'),
    );
    return { keys: grantKeysIn(bytes), envelope };
  } catch (error) {
    throw new AppError('SYNC_PROTOCOL', {}, `grant package: ${String(error)}`);
  } finally {
    bytes?.fill(0);
  }
}

/** The content of a package, signed by the office's centre for this device and grant. Throws SYNC_SIGNATURE_BAD. */
export async function openContent(
  { ca, statementCertificate, deviceId }: OfficeFile,
  grant: string,
  envelope: unknown,
): Promise<GrantContent> {
  const checks = new StatementChecks(ca, statementCertificate);
  const opened = await checks.openTimeless(envelope, GrantContentSchema);
  if (!opened.ok || opened.value.grant !== grant || opened.value.device !== deviceId)
    throw new AppError('SYNC_SIGNATURE_BAD', {}, 'grant content');
  return opened.value;
}

export interface GrantLoadParts {
  readonly source: GrantSource;
  readonly store: StoreCaller;
  readonly ingest: Ingest;
  readonly signal: AbortSignal;
  onProgress(done: number, total: number): void;
}

/**
 * Loads a grant's rows into its own store, one object after the other; what is there already is not fetched again. The
 * root over the rows must be the signed one. Throws SYNC_OBJECT_DAMAGED, SYNC_ROOT_MISMATCH, CANCELLED, codes of the source.
 */
export async function loadGrant(
  { source, store, ingest, signal, onProgress }: GrantLoadParts,
  content: GrantContent,
  envelope: unknown,
): Promise<void> {
  const { grant, base, segments, reference } = content;
  const { region, epoch, rseq } = base;
  const total = segments.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  const begun = await store.call('loadBegin', {
    region,
    epoch,
    manifestHash: manifestHash(envelope),
  });
  const applied = new Set(begun.appliedSegments);
  for (const { sha256, entity, rows, bytes } of segments) {
    if (signal.aborted) throw new AppError('CANCELLED');
    if (!applied.has(sha256)) {
      const limit = Math.min(bytes, MAX_OBJECT_BYTES);
      const object = await source.object(grant, sha256, limit, signal);
      const isSealed = ENTITIES[entity].private.length > 0;
      const opened = isSealed ? await ingest.segment(object, rows) : null;
      if (opened !== null && (opened.region !== region || opened.entity !== entity))
        throw new AppError('SYNC_OBJECT_DAMAGED', { object: sha256.slice(0, 8) }, 'header');
      const sealed = opened?.sealed ?? null;
      const loaded = await store.call('loadSegment', { sha256, object, sealed });
      if (loaded.rows !== rows)
        throw new AppError('SYNC_OBJECT_DAMAGED', { object: sha256.slice(0, 8) }, 'rows');
    }
    done += rows;
    onProgress(done, total);
  }
  const finished = await store.call('loadFinish', {
    checkpoint: base,
    signed: envelope,
    cursor: { region, epoch, rseq, cursor: 'grant' },
    referencePack: reference,
    withLate: true,
  });
  if (!finished.isEqual) {
    await store.call('loadAbort', {});
    throw new AppError('SYNC_ROOT_MISMATCH', { buckets: 1 });
  }
}
