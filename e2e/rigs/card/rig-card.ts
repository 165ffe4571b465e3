import { makeAuthority } from '../../../electron/device/test/softhsm-rig';
import { Card } from './card';
import { issueForCard, type KeyType } from './issue';

export const CARD_PIN = '123456';
const SIGNING = 'digitalSignature,nonRepudiation';
const ENCIPHERING = 'keyAgreement,keyEncipherment';

/** A card with keys of one type for authentication, signing (9C) and encryption (9D), by a new authority in the folder. */
export function makeCard(folder: string, type: KeyType, guidByte = 0x20): Card {
  makeAuthority(folder);
  const subject = '/O=Office/CN=Wang Wei';
  return new Card({
    guid: Buffer.alloc(16, guidByte),
    pin: CARD_PIN,
    slots: {
      '9a': issueForCard(folder, { subject, type, usage: 'digitalSignature' }),
      '9c': issueForCard(folder, { subject, type, usage: SIGNING }),
      '9d': issueForCard(folder, { subject, type, usage: ENCIPHERING }),
    },
  });
}
