/** Endpoints of the played token. */
export const BULK_OUT = 0x02;
export const BULK_IN = 0x81;
const INTERRUPT_IN = 0x83;
const PACKET_BYTES = 64;
/** One that pcscd's driver knows: it serves no others. */
export const VENDOR_ID = 0x1050;
export const PRODUCT_ID = 0x0407;

/** Device and configuration descriptor of a full-speed token with one CCID interface (USB 2.0 chapter 9). */
export function usbDescriptors(classDescriptor: Uint8Array): {
  readonly device: Uint8Array;
  readonly configuration: Uint8Array;
} {
  const device = Buffer.alloc(18);
  device.set([18, 1, 0x00, 0x02, 0, 0, 0, 64]);
  device.writeUInt16LE(VENDOR_ID, 8);
  device.writeUInt16LE(PRODUCT_ID, 10);
  device.writeUInt16LE(0x0100, 12);
  device[17] = 1;
  const endpoint = (address: number, type: number, packetBytes: number, interval: number) =>
    Buffer.from([7, 5, address, type, packetBytes & 0xff, packetBytes >> 8, interval]);
  const body = Buffer.concat([
    Buffer.from([9, 4, 0, 0, 3, 0x0b, 0, 0, 0]),
    classDescriptor,
    endpoint(BULK_OUT, 2, PACKET_BYTES, 0),
    endpoint(BULK_IN, 2, PACKET_BYTES, 0),
    endpoint(INTERRUPT_IN, 3, 8, 16),
  ]);
  const head = Buffer.from([9, 2, 0, 0, 1, 1, 0, 0x80, 50]);
  head.writeUInt16LE(head.length + body.length, 2);
  return { device, configuration: Buffer.concat([head, body]) };
}
