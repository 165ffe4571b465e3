import { CardError } from '../piv/card-transport';

/** Messages of CCID 1.1 section 6: little-endian, ten bytes of header. */

export const HEADER_BYTES = 10;

export const COMMAND = {
  setParameters: 0x61,
  powerOn: 0x62,
  powerOff: 0x63,
  slotStatus: 0x65,
  transfer: 0x6f,
  abort: 0x72,
} as const;

const ANSWER = { data: 0x80, slotStatus: 0x81, parameters: 0x82 } as const;

/** Which answer each command has. */
const ANSWER_OF: ReadonlyMap<number, number> = new Map([
  [COMMAND.setParameters, ANSWER.parameters],
  [COMMAND.powerOn, ANSWER.data],
  [COMMAND.powerOff, ANSWER.slotStatus],
  [COMMAND.slotStatus, ANSWER.slotStatus],
  [COMMAND.transfer, ANSWER.data],
  [COMMAND.abort, ANSWER.slotStatus],
]);

/** bError of a failed command (CCID 1.1 table 6.2-2). */
export const SLOT_ERROR = {
  aborted: 0xff,
  iccMute: 0xfe,
  busy: 0xe0,
} as const;

export interface Command {
  readonly type: (typeof COMMAND)[keyof typeof COMMAND];
  /** The three bytes before the data, by type; zeros where absent. */
  readonly parameters?: readonly [number, number, number];
  readonly data?: Uint8Array;
}

export interface Answer {
  readonly sequence: number;
  readonly slot: number;
  readonly type: number;
  readonly card: 'active' | 'inactive' | 'absent';
  readonly outcome: 'done' | 'failed' | 'more-time';
  /** bError; tells something only where the outcome is `failed`. */
  readonly error: number;
  /** bChainParameter, bClockStatus or bProtocolNum, by type. */
  readonly chain: number;
  readonly data: Uint8Array;
}

/** Writes a command for a slot under a sequence number. */
export function encodeCommand(command: Command, slot: number, sequence: number): Uint8Array {
  const data = command.data ?? new Uint8Array(0);
  const message = new Uint8Array(HEADER_BYTES + data.length);
  new DataView(message.buffer).setUint32(1, data.length, true);
  message[0] = command.type;
  message[5] = slot;
  message[6] = sequence;
  message.set(command.parameters ?? [0, 0, 0], 7);
  message.set(data, HEADER_BYTES);
  return message;
}

/** Reads an answer. Throws `CardError` (`malformed`) where its length is not what it says, or its type or state is none. */
export function decodeAnswer(message: Uint8Array): Answer {
  if (message.length < HEADER_BYTES) throw malformed('answer shorter than its header');
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  if (view.getUint32(1, true) !== message.length - HEADER_BYTES) {
    throw malformed('answer of another length than it says');
  }
  const status = view.getUint8(7);
  const card = (['active', 'inactive', 'absent'] as const)[status & 3];
  const outcome = (['done', 'failed', 'more-time'] as const)[status >> 6];
  if (card === undefined || outcome === undefined) throw malformed('answer in no known state');
  return {
    type: view.getUint8(0),
    slot: view.getUint8(5),
    sequence: view.getUint8(6),
    card,
    outcome,
    error: view.getUint8(8),
    chain: view.getUint8(9),
    data: message.slice(HEADER_BYTES),
  };
}

/** Whether an answer is of the kind that the command asks for. */
export function isAnswerTo(command: Command, answer: Answer): boolean {
  return ANSWER_OF.get(command.type) === answer.type;
}

/** A reader or card that does what the standard does not allow. */
export function malformed(detail: string): CardError {
  return new CardError('malformed', detail);
}
