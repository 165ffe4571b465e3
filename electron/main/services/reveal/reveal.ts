import { NUMBER_FORMS } from '../../../../shared/domain/model';
import { AppError } from '../../../../shared/errors/app-error';
import { deriveFieldKeys, zeroFieldKeys } from '../../../crypto/field-keys';
import { openNumber, openPerson } from '../../../crypto/sealed-values';
import type { StoreCaller } from '../../clients/store-client';
import type { SessionHolder } from '../unlock/session';
import { FIELD_KEY_VERSION } from '../unlock/unlock';

/** How long a revealed value is shown. */
export const SHOW_MS = 60_000;

export interface RevealReason {
  readonly certificateId: number;
  readonly reason: 'on-site-check' | 'report-check' | 'other';
  readonly note: string;
}

export interface Revealed {
  readonly name: string;
  readonly idNumber: string;
  readonly number: string;
  readonly phone: string | null;
  readonly showMs: number;
}

/**
 * The one way from a sealed to a plain value: the store writes the audit entry with its reason first
 * and hands out the sealed blobs in the same call; only then is anything decrypted, here, one person
 * at a time. Besides the ingest worker nothing else uses the field key.
 */
export class RevealService {
  constructor(
    private readonly store: StoreCaller,
    private readonly sessions: SessionHolder,
  ) {}

  /** Throws LOCKED, INPUT_INVALID for a certificate that is not in the slice, STORE_CORRUPT. */
  async reveal({ certificateId, reason, note }: RevealReason): Promise<Revealed> {
    const { view, keys } = this.sessions.demand();
    const audit = { kind: 'reveal', actor: view.userId, payload: { certificateId, reason, note } };
    const found = await this.store.call('revealFetch', { certificateId, audit });
    if (found?.personBlob === undefined || found.personBlob === null) {
      throw new AppError('INPUT_INVALID', { field: 'certificateId' });
    }
    const fieldKey = keys.copy('field');
    const fields = deriveFieldKeys(fieldKey, FIELD_KEY_VERSION);
    fieldKey.fill(0);
    try {
      const person = openPerson(found.personBlob, fields);
      if (!person.ok) throw corrupt(person.error);
      const { idNumber, phone } = person.value;
      const own = found.certificateBlob;
      const sealed = own === null ? null : openNumber(own, fields);
      if (sealed !== null && !sealed.ok) throw corrupt(sealed.error);
      const number = numberOf(found.numberForm, found.number, idNumber, sealed?.value ?? null);
      return { name: found.name, idNumber, number, phone: phone ?? null, showMs: SHOW_MS };
    } finally {
      zeroFieldKeys(fields);
    }
  }
}

function corrupt(fault: string): AppError {
  return new AppError('STORE_CORRUPT', { file: 'slice.db' }, `sealed value: ${fault}`);
}

/** The printed certificate number (shared/domain/model/codes.ts, NUMBER_FORMS). */
export function numberOf(
  form: number,
  own: string | null,
  idNumber: string,
  sealed: string | null,
): string {
  if (form === NUMBER_FORMS['T-id']) return `T${idNumber}`;
  if (form === NUMBER_FORMS.id) return idNumber;
  return (form === NUMBER_FORMS.sealed ? sealed : own) ?? '';
}
