import { CardError, type CardFault } from '../piv/card-transport';

/** Why no reader can be reached: first word of an `unavailable` fault's detail. */
export const PCSC_BARRIER = {
  library: 'pcsc-library',
  service: 'pcsc-service',
  access: 'pcsc-access',
} as const;

/** Answers of PC/SC functions as unsigned 32-bit numbers (pcsclite.h, winerror.h). */
export const SCARD = {
  success: 0,
  cancelled: 0x80100002,
  invalidHandle: 0x80100003,
  insufficientBuffer: 0x80100008,
  unknownReader: 0x80100009,
  timeout: 0x8010000a,
  sharingViolation: 0x8010000b,
  noSmartcard: 0x8010000c,
  protocolMismatch: 0x8010000f,
  systemCancelled: 0x80100012,
  communication: 0x80100013,
  notTransacted: 0x80100016,
  readerUnavailable: 0x80100017,
  noService: 0x8010001d,
  serviceStopped: 0x8010001e,
  noReaders: 0x8010002e,
  dataLost: 0x8010002f,
  unsupportedCard: 0x80100065,
  unresponsiveCard: 0x80100066,
  unpoweredCard: 0x80100067,
  resetCard: 0x80100068,
  removedCard: 0x80100069,
  securityViolation: 0x8010006a,
} as const;

/** What Windows passes through from the driver of a reader that went away. */
const WINDOWS = { accessDenied: 5, badCommand: 22, generalFailure: 31, ioDevice: 1117 } as const;

const FAULTS: ReadonlyMap<number, CardFault> = new Map<number, CardFault>([
  [SCARD.cancelled, 'cancelled'],
  [SCARD.systemCancelled, 'cancelled'],
  [SCARD.timeout, 'timeout'],
  [SCARD.sharingViolation, 'busy'],
  [SCARD.resetCard, 'reset'],
  [SCARD.unpoweredCard, 'reset'],
  [SCARD.insufficientBuffer, 'malformed'],
  [SCARD.notTransacted, 'mute'],
  [SCARD.communication, 'mute'],
  [SCARD.protocolMismatch, 'mute'],
  [SCARD.unsupportedCard, 'mute'],
  [SCARD.unresponsiveCard, 'mute'],
  [SCARD.noService, 'unavailable'],
  [SCARD.serviceStopped, 'unavailable'],
  [SCARD.securityViolation, 'unavailable'],
  [WINDOWS.accessDenied, 'unavailable'],
  [SCARD.removedCard, 'removed'],
  [SCARD.noSmartcard, 'removed'],
  [SCARD.unknownReader, 'removed'],
  [SCARD.readerUnavailable, 'removed'],
  [SCARD.noReaders, 'removed'],
  [SCARD.dataLost, 'removed'],
  [SCARD.invalidHandle, 'removed'],
  [WINDOWS.badCommand, 'removed'],
  [WINDOWS.generalFailure, 'removed'],
  [WINDOWS.ioDevice, 'removed'],
]);

/** A PC/SC function answered something other than success. */
export class PcscError extends CardError {
  readonly code: number;

  constructor(code: number, call: string) {
    const fault = FAULTS.get(code) ?? 'malformed';
    const detail = `${call}: ${code.toString(16)}`;
    super(fault, fault === 'unavailable' ? `${barrierOf(code)}: ${detail}` : detail);
    this.code = code;
  }
}

function barrierOf(code: number): string {
  return code === SCARD.noService || code === SCARD.serviceStopped
    ? PCSC_BARRIER.service
    : PCSC_BARRIER.access;
}
