import { CardError, type CardFault } from '../piv/card-transport';

/** Numbers of libusb 1.0: errors are below zero, what became of a transfer is above. */
const LIBUSB = {
  io: -1,
  access: -3,
  noDevice: -4,
  notFound: -5,
  busy: -6,
  timeout: -7,
  overflow: -8,
  pipe: -9,
  notSupported: -12,
  transferError: 1,
  transferTimedOut: 2,
  transferCancelled: 3,
  transferStall: 4,
  transferNoDevice: 5,
  transferOverflow: 6,
} as const;

/** Why a reader on the bus cannot be used: first word of an `unavailable` fault's detail. */
export const USB_BARRIER = {
  /** No right to open the device: the udev rule is not installed. */
  access: 'usb-access',
  /** Windows: another driver than WinUSB is bound to it. PC/SC is the way there. */
  driver: 'usb-driver',
  /** libusb does not load or start on this machine. */
  library: 'usb-library',
} as const;

const FAULTS: ReadonlyMap<number, readonly [CardFault, string]> = new Map([
  [LIBUSB.io, ['removed', 'bus error']],
  [LIBUSB.noDevice, ['removed', 'no device']],
  [LIBUSB.notFound, ['removed', 'no such interface']],
  [LIBUSB.busy, ['busy', 'interface in use by another program']],
  [LIBUSB.timeout, ['timeout', 'bus time-out']],
  [LIBUSB.overflow, ['malformed', 'more data than asked for']],
  [LIBUSB.pipe, ['malformed', 'endpoint stalled']],
  [LIBUSB.access, ['unavailable', USB_BARRIER.access]],
  [LIBUSB.notSupported, ['unavailable', USB_BARRIER.driver]],
  // A cable that loses its contact and a pulled key look the same until the hub notices: over for good both.
  [LIBUSB.transferError, ['removed', 'bus error']],
  [LIBUSB.transferTimedOut, ['timeout', 'no answer']],
  [LIBUSB.transferCancelled, ['cancelled', 'transfer cancelled']],
  [LIBUSB.transferStall, ['malformed', 'endpoint stalled']],
  [LIBUSB.transferNoDevice, ['removed', 'no device']],
  [LIBUSB.transferOverflow, ['malformed', 'more data than asked for']],
]);

/** Turns what libusb threw into a fault of the way to the card. */
export function usbFault(error: unknown): CardError {
  if (error instanceof CardError) return error;
  const { errno, message } = error as { errno?: number; message?: string };
  const known = errno === undefined ? undefined : FAULTS.get(errno);
  if (known === undefined) return new CardError('malformed', `usb: ${message ?? 'unknown'}`);
  return new CardError(...known);
}
