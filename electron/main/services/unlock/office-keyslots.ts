import { AppError } from '../../../../shared/errors/app-error';
import { Keyslots } from '../../../crypto/keyslots';
import type { OfficeFile } from './office-file';
import { slotOffice } from './slot-office';

/** The office's keyslots. Throws STORE_MISSING, KEYSLOTS_DAMAGED when they are another authority's. */
export async function openKeyslots(path: string, office: OfficeFile): Promise<Keyslots> {
  const keyslots = await Keyslots.open(path);
  if (keyslots === undefined) throw new AppError('STORE_MISSING', { file: 'keyslots.json' });
  if (keyslots.office !== slotOffice(office.office.code, office.ca))
    throw new AppError('KEYSLOTS_DAMAGED', {}, 'office.json names another authority');
  return keyslots;
}
