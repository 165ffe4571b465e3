import { CardError, MAX_ANSWER_BYTES, MAX_COMMAND_BYTES } from '../piv/card-transport';
import type { ExchangeLevel } from './class-descriptor';
import type { Exchange } from './exchange';
import { type Answer, COMMAND, HEADER_BYTES, malformed } from './messages';

/** wLevelParameter and bChainParameter of readers that split APDUs (CCID 1.1 sections 6.1.4 and 6.2.1). */
const CHAIN = { whole: 0, begins: 1, ends: 2, continues: 3, sendNext: 0x10 } as const;
/** More parts than an answer of one byte each, and then some. */
const MAX_PARTS = 300;

/** Carries one APDU of `MAX_COMMAND_BYTES` at most, and gives back the card's answer. Rejects with `CardError`. */
export async function carryApdu(
  exchange: Exchange,
  level: Exclude<ExchangeLevel, 'character'>,
  maxMessageBytes: number,
  apdu: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (apdu.length < 4 || apdu.length > MAX_COMMAND_BYTES) {
    throw new CardError('malformed', 'command of impossible length');
  }
  const room = maxMessageBytes - HEADER_BYTES;
  const command = level === 'tpdu' ? t0Command(apdu) : apdu;
  const first =
    command.length <= room
      ? await transfer(exchange, CHAIN.whole, command, signal)
      : await sendParts(exchange, level, room, command, signal);
  const answer = await collect(exchange, first, signal);
  if (answer.length < 2 || answer.length > MAX_ANSWER_BYTES) {
    throw malformed('card answer of impossible length');
  }
  return answer;
}

/**
 * The TPDU of a short APDU under T=0 (ISO 7816-3 section 12.2): without data P3 = 0, with data Le stays behind.
 * The card's 61xx and 6Cxx go up like every other status.
 */
export function t0Command(apdu: Uint8Array): Uint8Array {
  if (apdu.length === 4) return Uint8Array.of(...apdu, 0);
  const lc = apdu[4] ?? 0;
  return apdu.length > 5 ? apdu.subarray(0, 5 + lc) : apdu;
}

function transfer(
  exchange: Exchange,
  chain: number,
  data: Uint8Array,
  signal: AbortSignal,
): Promise<Answer> {
  return exchange.demand({ type: COMMAND.transfer, parameters: [0, chain, 0], data }, signal);
}

async function sendParts(
  exchange: Exchange,
  level: ExchangeLevel,
  room: number,
  command: Uint8Array,
  signal: AbortSignal,
): Promise<Answer> {
  if (level !== 'extended-apdu') throw new CardError('unavailable', 'reader: messages too short');
  for (let offset = 0; ; offset += room) {
    const part = command.subarray(offset, offset + room);
    const isLast = offset + room >= command.length;
    const chain = isLast ? CHAIN.ends : offset === 0 ? CHAIN.begins : CHAIN.continues;
    const answer = await transfer(exchange, chain, part, signal);
    if (isLast) return answer;
    if (answer.chain !== CHAIN.sendNext || answer.data.length > 0) {
      throw malformed('reader does not ask for the rest of the command');
    }
  }
}

async function collect(
  exchange: Exchange,
  first: Answer,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { chain } = first;
  if (chain === CHAIN.whole) return first.data;
  if (chain !== CHAIN.begins) throw malformed('answer begins in the middle');
  const parts = [first.data];
  let length = first.data.length;
  while (parts.length < MAX_PARTS && length <= MAX_ANSWER_BYTES) {
    const next = await transfer(exchange, CHAIN.sendNext, new Uint8Array(0), signal);
    parts.push(next.data);
    length += next.data.length;
    if (next.chain === CHAIN.ends) return Buffer.concat(parts);
    if (next.chain !== CHAIN.continues) throw malformed('answer in parts of no order');
  }
  throw malformed('answer without end');
}
