/**
 * The reader's side of CCID 1.1, for tests: takes command messages, gives answer messages, at every level of exchange
 * and with every misbehaviour that a program must survive. It shares no code with what it tests.
 */

export interface SimulatedCard {
  readonly atr: Uint8Array;
  transmit(apdu: Uint8Array): Promise<Uint8Array>;
  /** Loses its power: selection and PINs are gone. */
  reset(): void;
}

export interface ReaderShape {
  readonly level: 'character' | 'tpdu' | 'short-apdu' | 'extended-apdu';
  /** dwMaxCCIDMessageLength. */
  readonly maxMessageBytes: number;
  /** A reader that wants the voltage and the parameters told. */
  readonly isManual?: boolean;
}

export type ReaderFault =
  /** An answer to somebody else's command before each own. */
  | 'foreign-sequence'
  /** Nothing but answers to somebody else. */
  | 'only-foreign'
  /** Asks for more time three times, then answers. */
  | 'slow'
  | 'endless-extension'
  | 'lying-length'
  | 'oversized-answer'
  | 'wrong-type'
  | 'headless'
  | 'mute'
  | 'busy'
  | 'silent'
  | 'endless-chain';

export interface SimulatedReader {
  readonly shape: ReaderShape;
  /** The 54 bytes of the class descriptor. */
  readonly classDescriptor: Uint8Array;
  /** How transfers and powering go wrong from now on; without a name they go right. */
  misbehave(fault?: ReaderFault): void;
  /** Puts a card in, or with undefined takes it out. */
  insert(card: SimulatedCard | undefined): void;
  /** Messages that answer one command; `endless-extension` ends only when the caller stops asking. */
  answers(message: Uint8Array): AsyncGenerator<Uint8Array>;
  /** Class request ABORT: what runs ends. */
  abort(): void;
}

const LEVEL_BITS = {
  character: 0,
  tpdu: 0x1_0000,
  'short-apdu': 0x2_0000,
  'extended-apdu': 0x4_0000,
} as const;
const AUTOMATIC = 0xba;
const OVERSIZED_BYTES = 400;

/** Makes a reader of the shape with a card in it. */
export function createSimulatedReader(
  shape: ReaderShape,
  inserted: SimulatedCard | undefined,
): SimulatedReader {
  let card = inserted;
  let isActive = false;
  let hasParameters = false;
  let fault: ReaderFault | undefined;
  let incoming = Buffer.alloc(0);
  let outgoing = Buffer.alloc(0);
  let pending: { data: Buffer; status: Buffer } | undefined;
  let aborts = 0;

  const state = () => (card === undefined ? 2 : isActive ? 0 : 1);
  const needsParameters = () => shape.isManual === true && shape.level === 'tpdu';

  function answer(
    type: number,
    command: Buffer,
    { data = Buffer.alloc(0), status = 0, error = 0, chain = 0 }: Partial<AnswerParts> = {},
  ): Buffer {
    const header = Buffer.alloc(10);
    header[0] = type;
    header.writeUInt32LE(data.length, 1);
    header[5] = command[5] ?? 0;
    header[6] = command[6] ?? 0;
    header[7] = (status << 6) | state();
    header[8] = error;
    header[9] = chain;
    return Buffer.concat([header, data]);
  }

  async function* transfer(command: Buffer): AsyncGenerator<Buffer> {
    const data = command.subarray(10);
    const level = command.readUInt16LE(8);
    if (card === undefined || !isActive || (needsParameters() && !hasParameters)) {
      yield answer(0x80, command, { status: 1, error: 0xfe });
      return;
    }
    if (level === 0x10) {
      yield part(command);
      return;
    }
    incoming = Buffer.concat([incoming, data]);
    if (level === 1 || level === 3) {
      yield answer(0x80, command, { chain: 0x10 });
      return;
    }
    const apdu = incoming;
    incoming = Buffer.alloc(0);
    const current = card;
    outgoing = Buffer.from(
      shape.level === 'tpdu' ? await asT0(current, apdu) : await current.transmit(apdu),
    );
    const room = shape.maxMessageBytes - 10;
    if (outgoing.length <= room) yield answer(0x80, command, { data: outgoing });
    else yield part(command, 1);
  }

  function part(command: Buffer, chain?: number): Buffer {
    const room = shape.maxMessageBytes - 10;
    const data = outgoing.subarray(0, room);
    outgoing = outgoing.subarray(room);
    return answer(0x80, command, { data, chain: chain ?? (outgoing.length === 0 ? 2 : 3) });
  }

  /** What a card does at T=0: with data given, the answer waits behind 61xx; with a wrong Le it says the right one. */
  async function asT0(current: SimulatedCard, tpdu: Buffer): Promise<Uint8Array> {
    const isGetResponse = tpdu[1] === 0xc0;
    if (isGetResponse && pending !== undefined) {
      const wanted = tpdu[4] === 0 ? 256 : (tpdu[4] ?? 0);
      const data = pending.data.subarray(0, wanted);
      const rest = pending.data.subarray(data.length);
      const { status } = pending;
      pending = rest.length === 0 ? undefined : { data: rest, status };
      return Buffer.concat([data, rest.length === 0 ? status : moreBehind(rest.length)]);
    }
    pending = undefined;
    const hasData = tpdu.length > 5;
    const full = Buffer.from(await current.transmit(hasData ? Buffer.from([...tpdu, 0]) : tpdu));
    const data = full.subarray(0, -2);
    const status = full.subarray(-2);
    if (hasData && data.length > 0) {
      pending = { data, status };
      return moreBehind(data.length);
    }
    const wanted = tpdu[4] ?? 0;
    const isShort = !hasData && wanted !== 0 && data.length > 0 && data.length < wanted;
    return isShort ? Buffer.from([0x6c, data.length]) : full;
  }

  async function* handle(command: Buffer): AsyncGenerator<Buffer> {
    switch (command[0]) {
      case 0x62: {
        const isRightVoltage = shape.isManual !== true || command[7] === 3;
        if (card === undefined || !isRightVoltage) {
          yield answer(0x80, command, { status: 1, error: 0xfe });
          return;
        }
        isActive = true;
        hasParameters = false;
        yield answer(0x80, command, { data: Buffer.from(card.atr) });
        return;
      }
      case 0x63:
        isActive = false;
        card?.reset();
        yield answer(0x81, command);
        return;
      case 0x65:
      case 0x72:
        yield answer(0x81, command, card === undefined ? { status: 1, error: 0xfe } : {});
        return;
      case 0x61:
        hasParameters = command.length === 15;
        yield answer(0x82, command, { data: command.subarray(10) });
        return;
      case 0x6f:
        yield* transfer(command);
        return;
      default:
        yield answer(0x81, command, { status: 1, error: 0 });
    }
  }

  async function* spoilt(command: Buffer): AsyncGenerator<Buffer> {
    const foreign = () => {
      const other = Buffer.from(command);
      other[6] = ((command[6] ?? 0) + 100) & 0xff;
      return answer(0x80, other, { data: Buffer.from([0x90, 0]) });
    };
    const more = () => answer(0x80, command, { status: 2, error: 1 });
    const started = aborts;
    switch (fault) {
      case 'foreign-sequence':
        yield foreign();
        yield* handle(command);
        return;
      case 'only-foreign':
        for (;;) yield foreign();
      case 'slow':
        for (let count = 0; count < 3; count += 1) yield more();
        yield* handle(command);
        return;
      case 'endless-extension':
        while (aborts === started) yield more();
        return;
      case 'lying-length': {
        const lying = answer(0x80, command, { data: Buffer.from([0x90, 0]) });
        lying.writeUInt32LE(0xffff_ffff, 1);
        yield lying;
        return;
      }
      case 'oversized-answer':
        yield answer(0x80, command, { data: Buffer.alloc(OVERSIZED_BYTES, 0x90) });
        return;
      case 'wrong-type':
        yield answer(0x82, command, { data: Buffer.from([0x90, 0]) });
        return;
      case 'headless':
        yield Buffer.from([0x80, 2, 0]);
        return;
      case 'mute':
        yield answer(0x80, command, { status: 1, error: 0xfe });
        return;
      case 'busy':
        yield answer(0x80, command, { status: 1, error: 0xe0 });
        return;
      case 'endless-chain':
        yield answer(0x80, command, { chain: command[8] === 0x10 ? 3 : 1, data: Buffer.alloc(1) });
        return;
      case 'silent':
      case undefined:
        return;
    }
  }

  return {
    shape,
    classDescriptor: classDescriptor(shape),
    misbehave: (name) => {
      fault = name;
    },
    insert: (next) => {
      card = next;
      isActive = false;
    },
    abort: () => {
      aborts += 1;
      incoming = Buffer.alloc(0);
    },
    answers: (message) => {
      const command = Buffer.from(message);
      const isSpoilt = fault !== undefined && (command[0] === 0x6f || command[0] === 0x62);
      return isSpoilt ? spoilt(command) : handle(command);
    },
  };
}

interface AnswerParts {
  data: Buffer;
  status: number;
  error: number;
  chain: number;
}

function moreBehind(length: number): Buffer {
  return Buffer.from([0x61, length > 255 ? 0 : length]);
}

/** CCID 1.1 table 5.1-1. */
function classDescriptor({ level, maxMessageBytes, isManual = false }: ReaderShape): Uint8Array {
  const bytes = Buffer.alloc(54);
  bytes[0] = 54;
  bytes[1] = 0x21;
  bytes.writeUInt16LE(0x0110, 2);
  bytes[5] = isManual ? 0x06 : 0x07;
  bytes.writeUInt32LE(3, 6);
  bytes.writeUInt32LE(4_000, 10);
  bytes.writeUInt32LE(4_000, 14);
  bytes.writeUInt32LE(10_752, 19);
  bytes.writeUInt32LE(344_086, 23);
  bytes.writeUInt32LE(254, 28);
  bytes.writeUInt32LE(LEVEL_BITS[level] | (isManual ? 0 : AUTOMATIC), 40);
  bytes.writeUInt32LE(maxMessageBytes, 44);
  bytes[52] = 0;
  bytes[53] = 1;
  return bytes;
}
