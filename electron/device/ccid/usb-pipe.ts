import type { Device, LibUSBException } from 'usb';
import { CardError } from '../piv/card-transport';
import type { BulkPipe } from './exchange';
import type { UsbReader } from './usb-interfaces';
import type { Usb } from './usb-library';
import { usbFault } from './usb-problem';

/** A claimed interface. */
export interface ClaimedPipe extends BulkPipe {
  /** Gives the interface back to the system; once. Never rejects. */
  release(): Promise<void>;
}

const BULK = 2;
/** Without a sign of life; a reader that works asks for more time. */
const TRANSFER_LIMIT_MS = 15_000;
const CONTROL_LIMIT_MS = 2_000;
const CLASS_REQUEST_TO_INTERFACE = 0x21;
const ABORT_REQUEST = 1;

/** Opens the device and claims its CCID interface. Throws `CardError`: `busy`, `removed`, `unavailable`. */
export function claimPipe(usb: Usb, reader: UsbReader): ClaimedPipe {
  const { device, interfaceNumber } = reader;
  let wasDetached = false;
  try {
    device.open(false);
    try {
      wasDetached = detachKernelDriver(device, interfaceNumber);
      device.__claimInterface(interfaceNumber);
    } catch (error) {
      device.close();
      throw error;
    }
  } catch (error) {
    throw usbFault(error);
  }
  const readBytes =
    Math.ceil(reader.ccid.maxMessageBytes / reader.packetBytes) * reader.packetBytes;

  function transfer(endpoint: number, buffer: Buffer, signal: AbortSignal): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new CardError('cancelled', 'before the transfer'));
        return;
      }
      const cancel = () => {
        try {
          running.cancel();
        } catch {
          // It has ended meanwhile, or its device has: the callback tells.
        }
      };
      const settle = (error: LibUSBException | undefined, length: number) => {
        signal.removeEventListener('abort', cancel);
        if (error) reject(usbFault(error));
        else resolve(buffer.subarray(0, length));
      };
      const running = new usb.Transfer(
        device,
        endpoint,
        BULK,
        TRANSFER_LIMIT_MS,
        (error, _buffer, length) => settle(error, length),
      );
      signal.addEventListener('abort', cancel);
      try {
        running.submit(buffer);
      } catch (error) {
        settle(error as LibUSBException, 0);
      }
    });
  }

  return {
    write: async (message, signal) => {
      const buffer = Buffer.from(message);
      try {
        const written = await transfer(reader.bulkOut, buffer, signal);
        if (written.length !== message.length) throw new CardError('removed', 'short write');
      } finally {
        buffer.fill(0);
      }
    },
    read: (signal) => transfer(reader.bulkIn, Buffer.alloc(readBytes), signal),
    abort: (slot, sequence) =>
      new Promise((resolve, reject) => {
        device.timeout = CONTROL_LIMIT_MS;
        device.controlTransfer(
          CLASS_REQUEST_TO_INTERFACE,
          ABORT_REQUEST,
          (sequence << 8) | slot,
          interfaceNumber,
          Buffer.alloc(0),
          (error) => (error ? reject(usbFault(error)) : resolve()),
        );
      }),
    release: () => releaseInterface(device, interfaceNumber, wasDetached),
  };
}

/** Linux only: elsewhere a driver cannot be taken away. usbfs, through which other programs claim, does not count. */
function detachKernelDriver(device: Device, interfaceNumber: number): boolean {
  try {
    if (!device.__isKernelDriverActive(interfaceNumber)) return false;
    device.__detachKernelDriver(interfaceNumber);
    return true;
  } catch {
    // Claiming says what stands in the way.
    return false;
  }
}

async function releaseInterface(
  device: Device,
  interfaceNumber: number,
  wasDetached: boolean,
): Promise<void> {
  try {
    await new Promise<void>((resolve) =>
      device.__releaseInterface(interfaceNumber, () => resolve()),
    );
    if (wasDetached) device.__attachKernelDriver(interfaceNumber);
  } catch {
    // A pulled device has nothing to give back.
  }
  try {
    device.close();
  } catch {
    // Closed already.
  }
}
