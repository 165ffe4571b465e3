import { MAX_REVEAL_BATCH } from '../../../../shared/domain/policy/reveal-limits';
import { AppError } from '../../../../shared/errors/app-error';
import { zeroFieldKeys } from '../../../crypto/field-keys';
import type { StoreCaller } from '../../clients/store-client';
import type { AgreementService } from '../agreement/agreement';
import type { SessionHolder } from '../unlock/session';
import { openRecord, type PlainValues } from './open-record';
import { fieldKeysOf } from './opening-keys';

/** How long a revealed value is shown. */
export const SHOW_MS = 60_000;

export interface RevealReason {
  readonly certificateId: number;
  readonly reason: 'on-site-check' | 'report-check' | 'other';
  readonly note: string;
}

export interface Revealed extends PlainValues {
  readonly showMs: number;
}

/** Certificates whose plain values an act of its own needs: at most 500. */
export interface RevealBatch {
  readonly certificateIds: readonly number[];
  readonly reason: 'export' | 'check';
  /** What they are for: the export's trace id, the batch's name. */
  readonly note: string;
}

/**
 * The one way from a sealed to a plain value: the store writes the audit entry with its reason first
 * and hands out the sealed blobs in the same call; only then is anything decrypted, here. Besides the
 * ingest worker nothing else opens sealed values (a rule of .dependency-cruiser.cjs).
 */
export class RevealService {
  constructor(
    private readonly store: StoreCaller,
    private readonly sessions: SessionHolder,
    private readonly agreement: Pick<AgreementService, 'demand'>,
  ) {}

  /** Throws LOCKED, AGREEMENT_NEEDED, REVEAL_LIMIT, INPUT_INVALID for a certificate that is not in the slice, STORE_CORRUPT. */
  async reveal({ certificateId, reason, note }: RevealReason): Promise<Revealed> {
    const payload = { certificateId, reason, note };
    const [shown] = await this.open([certificateId], false, 'reveal', payload);
    if (shown === undefined || shown === null)
      throw new AppError('INPUT_INVALID', { field: 'certificateId' });
    return { ...shown, showMs: SHOW_MS };
  }

  /**
   * Opens many at once, under one audit entry that lists them; in the order asked, null for what is not in
   * the slice or the scope. Throws as `reveal`, and INPUT_INVALID for an empty or too large batch.
   */
  async revealBatch(batch: RevealBatch): Promise<readonly (PlainValues | null)[]> {
    const certificateIds = [...new Set(batch.certificateIds)];
    if (certificateIds.length === 0 || certificateIds.length > MAX_REVEAL_BATCH)
      throw new AppError('INPUT_INVALID', { field: 'certificateIds' });
    const { reason, note } = batch;
    const payload = { subjects: certificateIds, reason, note };
    const opened = await this.open(certificateIds, true, 'reveal-batch', payload);
    const byId = new Map(certificateIds.map((id, i) => [id, opened[i] ?? null]));
    return batch.certificateIds.map((id) => byId.get(id) ?? null);
  }

  private async open(
    certificateIds: readonly number[],
    isBatch: boolean,
    kind: string,
    payload: Readonly<Record<string, unknown>>,
  ): Promise<readonly (PlainValues | null)[]> {
    const { view, keys } = this.sessions.demand();
    if (!keys.has('field')) throw new AppError('FORBIDDEN');
    await this.agreement.demand('reveal');
    const audit = { kind, actor: view.userId, payload };
    const records = await this.store.call('revealFetch', { certificateIds, isBatch, audit });
    const fields = fieldKeysOf(keys);
    try {
      return records.map((record) => (record === null ? null : openRecord(record, fields)));
    } finally {
      for (const one of fields) zeroFieldKeys(one);
    }
  }
}
