import type { GrantField } from '../../../../shared/domain/cross-region/scope';
import { AppError } from '../../../../shared/errors/app-error';
import { zeroFieldKeys } from '../../../crypto/field-keys';
import type { StoreCaller } from '../../clients/store-client';
import type { AgreementService } from '../agreement/agreement';
import type { SessionHolder } from '../unlock/session';
import { openRecord } from './open-record';
import { fieldKeysOf } from './opening-keys';
import { type RevealReason, SHOW_MS } from './reveal';

/** Rows of a grant that lasts, as the cross-region service found them for the person at the desk. */
export interface GrantedSource {
  readonly request: string;
  readonly fields: readonly GrantField[];
  readonly store: StoreCaller;
}

/** Plain values of a granted certificate; null: not among what was granted, or the person has none. */
export interface GrantedValues {
  readonly name: string;
  readonly idNumber: string | null;
  readonly number: string | null;
  readonly phone: string | null;
  readonly showMs: number;
}

/**
 * As `RevealService`, for rows of a grant: what the grant names and nothing else. The office's own journal has the reason
 * before anything is opened and counts it together with what is shown of the office's rows.
 */
export class GrantedReveal {
  constructor(
    private readonly office: StoreCaller,
    private readonly sessions: SessionHolder,
    private readonly agreement: Pick<AgreementService, 'demand'>,
  ) {}

  /**
   * Throws GRANT_NOT_FOR where the grant names no sealed value, LOCKED, AGREEMENT_NEEDED, REVEAL_LIMIT, INPUT_INVALID for a
   * certificate that is not among the rows, GRANT_NOT_OPEN where they were sealed under a field key that is no more.
   */
  async reveal(
    { request, fields, store }: GrantedSource,
    { certificateId, reason, note }: RevealReason,
  ): Promise<GrantedValues> {
    const hasNumber = fields.includes('id-number');
    const hasPhone = fields.includes('phone');
    if (!hasNumber && !hasPhone) throw new AppError('GRANT_NOT_FOR');
    const { view, keys } = this.sessions.demand();
    if (!keys.has('field')) throw new AppError('FORBIDDEN');
    await this.agreement.demand('reveal');
    const shown = fields.filter((field) => field === 'id-number' || field === 'phone');
    const payload = { request, certificate: certificateId, reason, note, fields: shown };
    const audit = { kind: 'cross-region-reveal', actor: view.userId, payload };
    const asked = { certificateIds: [certificateId], isBatch: false, audit };
    await this.office.call('revealAdmit', asked);
    const [record] = await store.call('revealFetch', asked);
    const opening = fieldKeysOf(keys);
    try {
      const plain = record == null ? null : openRecord(record, opening);
      if (plain === null) throw new AppError('INPUT_INVALID', { field: 'id' });
      return {
        name: plain.name,
        idNumber: hasNumber ? plain.idNumber : null,
        // Many printed numbers are the ID number with a letter before it.
        number: hasNumber ? plain.number : null,
        phone: hasPhone ? plain.phone : null,
        showMs: SHOW_MS,
      };
    } catch (error) {
      // A change of the field key passes granted rows by: they are fetched again.
      if (error instanceof AppError && error.code === 'STORE_CORRUPT')
        throw new AppError('GRANT_NOT_OPEN', {}, error.message);
      throw error;
    } finally {
      for (const one of opening) zeroFieldKeys(one);
    }
  }
}
