import type { KeyCheck } from '../../../../shared/ipc/routes/tokens';
import type { ReaderReport } from '../../../device/driver';

/** Ways to driverless keys that the U-Key process looks along, the preferred first. */
export const CARD_READERS = ['pcsc-piv', 'ccid-piv'] as const;

type Way = KeyCheck['ways'][number];

/** First words of a driver's barrier, and what the page says of them. */
const BARRIERS: Readonly<Record<string, Way['state']>> = {
  'pcsc-library': 'no-library',
  'pcsc-service': 'no-service',
  'pcsc-access': 'no-access',
  'usb-library': 'no-library',
  'usb-access': 'no-access',
  'usb-driver': 'other-driver',
};

/** What the page shows of a driver's look into its readers. */
export function wayOf({ driver, barrier, readers }: ReaderReport): Way {
  const kind = driver === 'ccid-piv' ? 'usb' : 'pcsc';
  if (barrier !== null) {
    const [word = ''] = barrier.split(':');
    return { kind, state: BARRIERS[word] ?? 'silent', readers: [] };
  }
  return { kind, state: readers.length === 0 ? 'no-reader' : 'ok', readers: [...readers] };
}
