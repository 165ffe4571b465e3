import type { Device, InterfaceDescriptor } from 'usb';
import { type CcidClass, parseClassDescriptor } from './class-descriptor';

/** A CCID interface on the bus. */
export interface UsbReader {
  /** Stable while it stays plugged in; the next plugging has another. */
  readonly name: string;
  readonly device: Device;
  readonly interfaceNumber: number;
  readonly ccid: CcidClass;
  readonly bulkIn: number;
  readonly bulkOut: number;
  /** Of the bulk-in endpoint: reads are a multiple of it. */
  readonly packetBytes: number;
}

const SMART_CARD_CLASS = 0x0b;
const VENDOR_CLASS = 0xff;
const BULK = 2;
const IN = 0x80;

/** The first CCID interface of a device; none where its descriptors cannot be read or do not make sense. */
export function readersOf(device: Device): UsbReader[] {
  let interfaces: readonly InterfaceDescriptor[][];
  try {
    interfaces = device.configDescriptor?.interfaces ?? [];
  } catch {
    return [];
  }
  return interfaces.flatMap(([first]) => (first && readerOf(device, first)) ?? []).slice(0, 1);
}

function readerOf(device: Device, descriptor: InterfaceDescriptor): UsbReader | undefined {
  const { bInterfaceClass, bInterfaceNumber, endpoints, extra } = descriptor;
  if (bInterfaceClass !== SMART_CARD_CLASS && bInterfaceClass !== VENDOR_CLASS) return undefined;
  // A few devices put the class descriptor behind the endpoints.
  const ccid = [extra, ...endpoints.map((endpoint) => endpoint.extra)]
    .map((bytes) => parseClassDescriptor(bytes))
    .find((found) => found !== undefined);
  const bulk = endpoints.filter((endpoint) => (endpoint.bmAttributes & 3) === BULK);
  const bulkIn = bulk.find((endpoint) => (endpoint.bEndpointAddress & IN) !== 0);
  const bulkOut = bulk.find((endpoint) => (endpoint.bEndpointAddress & IN) === 0);
  if (ccid === undefined || bulkIn === undefined || bulkOut === undefined) return undefined;
  if (bulkIn.wMaxPacketSize === 0) return undefined;
  return {
    name: nameOf(device, bInterfaceNumber),
    device,
    interfaceNumber: bInterfaceNumber,
    ccid,
    bulkIn: bulkIn.bEndpointAddress,
    bulkOut: bulkOut.bEndpointAddress,
    packetBytes: bulkIn.wMaxPacketSize,
  };
}

function nameOf(device: Device, interfaceNumber: number): string {
  const { busNumber, deviceAddress, deviceDescriptor } = device;
  const hex = (value: number) => value.toString(16).padStart(4, '0');
  const product = `${hex(deviceDescriptor.idVendor)}:${hex(deviceDescriptor.idProduct)}`;
  return `USB ${product} ${busNumber}-${deviceAddress}.${interfaceNumber}`;
}
