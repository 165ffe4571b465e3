import { createServer, type Server, type Socket } from 'node:net';
import type { SimulatedReader } from '../../../electron/device/test/ccid/simulated-reader';
import { BULK_IN, PRODUCT_ID, usbDescriptors, VENDOR_ID } from '../usb/descriptors';

/** A port of a guest's USB bus. */
export interface RedirectedPort {
  readonly tcpPort: number;
  plug(reader: SimulatedReader): void;
  pull(): void;
  /** What to do at every message to the reader, before it is answered. */
  onMessage(listener: ((message: Uint8Array) => void) | undefined): void;
  close(): void;
}

/** Packets of the usbredir protocol 0.7; all little-endian. */
const PACKET = {
  hello: 0,
  deviceConnect: 1,
  deviceDisconnect: 2,
  interfaceInfo: 4,
  endpointInfo: 5,
  setConfiguration: 6,
  configurationStatus: 8,
  setAltSetting: 9,
  altSettingStatus: 11,
  startInterrupt: 15,
  stopInterrupt: 16,
  interruptStatus: 17,
  cancel: 21,
  control: 100,
  bulk: 101,
} as const;
const STATUS = { ok: 0, cancelled: 1, ioError: 3, stall: 4 } as const;
/** Version of the device, packet sizes, 64-bit ids and 32-bit lengths: what QEMU asks of whoever plugs into USB 3. */
const CAPABILITIES = (1 << 1) | (1 << 4) | (1 << 5) | (1 << 6);
/** Type and length, u32 each, and an id: u32 in the greeting, u64 after it. */
const GREETING_HEAD_BYTES = 12;
const HEAD_BYTES = 16;
const BULK_HEAD_BYTES = 10;
const ENDPOINTS = 32;
const FULL_SPEED = 1;
const NONE = 0xff;
const GET_DESCRIPTOR = 6;
const ABORT_REQUEST = 1;

/** Listens for a QEMU whose `usb-redir` device connects, and plays the token that is plugged in. */
export async function openRedirectedPort(): Promise<RedirectedPort> {
  const server: Server = createServer();
  let guest: Socket | undefined;
  let hasGreeted = false;
  let reader: SimulatedReader | undefined;
  let listener: ((message: Uint8Array) => void) | undefined;
  let readings: { readonly id: number; readonly length: number }[] = [];
  let messages: Buffer[] = [];

  function send(type: number, id: number, ...parts: readonly Uint8Array[]): void {
    const body = Buffer.concat(parts);
    const head = Buffer.alloc(type === PACKET.hello ? GREETING_HEAD_BYTES : HEAD_BYTES);
    head.writeUInt32LE(type, 0);
    head.writeUInt32LE(body.length, 4);
    head.writeUInt32LE(id, 8);
    guest?.write(Buffer.concat([head, body]));
  }

  function bulkHead(endpoint: number, status: number, length: number): Buffer {
    const head = Buffer.alloc(BULK_HEAD_BYTES);
    head[0] = endpoint;
    head[1] = status;
    head.writeUInt16LE(length & 0xffff, 2);
    head.writeUInt16LE(length >> 16, 8);
    return head;
  }

  function pump(): void {
    while (readings.length > 0 && messages.length > 0) {
      const reading = readings.shift();
      const message = messages.shift();
      if (reading === undefined || message === undefined) return;
      const data = message.subarray(0, reading.length);
      if (data.length < message.length) messages.unshift(message.subarray(data.length));
      send(PACKET.bulk, reading.id, bulkHead(BULK_IN, STATUS.ok, data.length), data);
    }
  }

  async function answer(message: Buffer): Promise<void> {
    listener?.(message);
    const current = reader;
    if (current === undefined) return;
    for await (const part of current.answers(message)) {
      if (reader !== current) return;
      messages.push(Buffer.from(part));
      pump();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  function control(id: number, body: Buffer): void {
    const head = Buffer.from(body.subarray(0, 10));
    const [, request, , , , type] = head;
    const isAbort = request === ABORT_REQUEST && head[2] === 0x21;
    if (isAbort) reader?.abort();
    const wanted = head.readUInt16LE(8);
    const found =
      reader && request === GET_DESCRIPTOR && head[2] === 0x80
        ? descriptorOf(reader, type ?? 0)
        : undefined;
    const data = (found ?? new Uint8Array(0)).subarray(0, wanted);
    const isUnknown = request === GET_DESCRIPTOR && found === undefined;
    head[3] = isUnknown ? STATUS.stall : STATUS.ok;
    head.writeUInt16LE(data.length, 8);
    send(PACKET.control, id, head, data);
  }

  function receive(type: number, id: number, body: Buffer): void {
    switch (type) {
      case PACKET.hello:
        if (reader !== undefined) connect(reader);
        return;
      case PACKET.setConfiguration:
        send(PACKET.configurationStatus, id, Buffer.from([STATUS.ok, body[0] ?? 0]));
        return;
      case PACKET.setAltSetting:
        send(PACKET.altSettingStatus, id, Buffer.from([STATUS.ok, body[0] ?? 0, body[1] ?? 0]));
        return;
      case PACKET.startInterrupt:
      case PACKET.stopInterrupt:
        send(PACKET.interruptStatus, id, Buffer.from([STATUS.ok, body[0] ?? 0]));
        return;
      case PACKET.cancel: {
        const isWaiting = readings.some((reading) => reading.id === id);
        readings = readings.filter((reading) => reading.id !== id);
        if (isWaiting) send(PACKET.bulk, id, bulkHead(BULK_IN, STATUS.cancelled, 0));
        return;
      }
      case PACKET.control:
        control(id, body);
        return;
      case PACKET.bulk: {
        const endpoint = body[0] ?? 0;
        const length = body.readUInt16LE(2) | (body.readUInt16LE(8) << 16);
        if (endpoint === BULK_IN) {
          readings.push({ id, length });
          pump();
        } else {
          send(PACKET.bulk, id, bulkHead(endpoint, STATUS.ok, length));
          void answer(Buffer.from(body.subarray(BULK_HEAD_BYTES)));
        }
      }
    }
  }

  function connect(plugged: SimulatedReader): void {
    const endpoints = Buffer.alloc(ENDPOINTS * 5);
    endpoints.fill(NONE, 0, ENDPOINTS);
    for (const [address, type, interval, bytes] of [
      [0x00, 0, 0, 64],
      [0x80, 0, 0, 64],
      [0x02, 2, 0, 64],
      [0x81, 2, 0, 64],
      [0x83, 3, 16, 8],
    ] as const) {
      const index = ((address & 0x80) >> 3) | (address & 0x0f);
      endpoints[index] = type;
      endpoints[ENDPOINTS + index] = interval;
      endpoints.writeUInt16LE(bytes, ENDPOINTS * 3 + index * 2);
    }
    send(PACKET.endpointInfo, 0, endpoints);
    const interfaces = Buffer.alloc(4 + ENDPOINTS * 4);
    interfaces.writeUInt32LE(1, 0);
    interfaces[4 + ENDPOINTS] = 0x0b;
    send(PACKET.interfaceInfo, 0, interfaces);
    const device = Buffer.alloc(10);
    device[0] = FULL_SPEED;
    device.writeUInt16LE(VENDOR_ID, 4);
    device.writeUInt16LE(PRODUCT_ID, 6);
    device.writeUInt16LE(0x0100, 8);
    send(PACKET.deviceConnect, 0, device);
    plugged.abort();
  }

  server.on('connection', (socket) => {
    guest = socket;
    hasGreeted = false;
    let rest = Buffer.alloc(0);
    const hello = Buffer.alloc(68);
    hello.write('fieldcert rig', 'latin1');
    hello.writeUInt32LE(CAPABILITIES, 64);
    send(PACKET.hello, 0, hello);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      for (;;) {
        const head = hasGreeted ? HEAD_BYTES : GREETING_HEAD_BYTES;
        if (rest.length < head || rest.length < head + rest.readUInt32LE(4)) return;
        const end = head + rest.readUInt32LE(4);
        hasGreeted = true;
        // Ids count up from 1: the upper half stays 0.
        receive(rest.readUInt32LE(0), rest.readUInt32LE(8), Buffer.from(rest.subarray(head, end)));
        rest = rest.subarray(end);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  return {
    tcpPort: address.port,
    plug: (next) => {
      reader = next;
      connect(next);
    },
    pull: () => {
      reader?.abort();
      reader = undefined;
      messages = [];
      readings = [];
      send(PACKET.deviceDisconnect, 0);
    },
    onMessage: (next) => {
      listener = next;
    },
    close: () => {
      guest?.destroy();
      server.close();
    },
  };
}

function descriptorOf(reader: SimulatedReader, type: number): Uint8Array | undefined {
  const { device, configuration } = usbDescriptors(reader.classDescriptor);
  return type === 1 ? device : type === 2 ? configuration : undefined;
}
