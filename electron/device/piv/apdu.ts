import { CardError, type CardTransport, MAX_ANSWER_BYTES } from './card-transport';

/** A command of ISO 7816-4 before it is cut into what a card takes at once. */
export interface Command {
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data?: Uint8Array;
  /** Whether an answer is expected. */
  readonly answers: boolean;
}

/** All data of an answer, and SW1 SW2. */
export interface Answer {
  readonly data: Buffer;
  readonly sw: number;
}

/** Most data that any object of PIV has; a card that goes on is refused. */
const MAX_DATA_BYTES = 16_384;
/** 256 bytes come at a time; cards may give less, but not for ever. */
const MAX_ROUNDS = 512;
const CHUNK_BYTES = 255;

export const SW = {
  ok: 0x9000,
  wrongLength: 0x6700,
  blocked: 0x6983,
  wrongData: 0x6a80,
  notFound: 0x6a82,
  wrongParameters: 0x6a86,
  referenceNotFound: 0x6a88,
} as const;

/**
 * Sends a command: data beyond 255 bytes by command chaining, 6Cxx answered once with the length that the card wants,
 * 61xx followed to the end. Rejects with `CardError`; `malformed` for an answer that is too long, too short or endless.
 * Answers with any other status are the caller's to judge.
 */
export async function exchange(
  card: CardTransport,
  command: Command,
  signal: AbortSignal,
): Promise<Answer> {
  const { ins, p1, p2, data = new Uint8Array(), answers } = command;
  let offset = 0;
  for (; data.length - offset > CHUNK_BYTES; offset += CHUNK_BYTES) {
    const piece = data.subarray(offset, offset + CHUNK_BYTES);
    const apdu = Buffer.from([0x10, ins, p1, p2, piece.length, ...piece]);
    const part = await sendOnce(card, apdu, signal);
    if (part.sw !== SW.ok) return part;
    if (part.data.length > 0) throw new CardError('malformed', 'data in the middle of a chain');
  }
  const rest = data.subarray(offset);
  const head = [0x00, ins, p1, p2, ...(rest.length > 0 ? [rest.length, ...rest] : [])];
  const first = await sendOnce(card, Buffer.from(answers ? [...head, 0] : head), signal);
  if (first.sw >> 8 !== 0x6c || !answers) return collect(card, first, signal);
  const again = await sendOnce(card, Buffer.from([...head, first.sw & 0xff]), signal);
  return collect(card, again, signal);
}

async function collect(card: CardTransport, first: Answer, signal: AbortSignal): Promise<Answer> {
  if (first.sw >> 8 !== 0x61) return first;
  const pieces = [first.data];
  let total = first.data.length;
  let { sw } = first;
  for (let round = 0; sw >> 8 === 0x61; round += 1) {
    if (round === MAX_ROUNDS) throw new CardError('malformed', 'endless answer');
    const next = await sendOnce(card, Buffer.from([0x00, 0xc0, 0x00, 0x00, sw & 0xff]), signal);
    if (next.data.length === 0 && next.sw >> 8 === 0x61)
      throw new CardError('malformed', 'announces more and gives nothing');
    total += next.data.length;
    if (total > MAX_DATA_BYTES) throw new CardError('malformed', 'answer too long');
    pieces.push(next.data);
    ({ sw } = next);
  }
  return { data: Buffer.concat(pieces), sw };
}

async function sendOnce(card: CardTransport, apdu: Buffer, signal: AbortSignal): Promise<Answer> {
  if (signal.aborted) throw new CardError('cancelled', 'before a command');
  try {
    const answer = await card.transmit(apdu, signal);
    const { length } = answer;
    if (length < 2 || length > MAX_ANSWER_BYTES)
      throw new CardError('malformed', `answer of ${length} bytes`);
    const bytes = Buffer.from(answer.buffer, answer.byteOffset, length);
    return { data: bytes.subarray(0, length - 2), sw: bytes.readUInt16BE(length - 2) };
  } finally {
    // It may carry a PIN.
    apdu.fill(0);
  }
}
