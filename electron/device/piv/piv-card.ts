import type { PinStatus } from '../driver';
import { exchange, SW } from './apdu';
import { CardError, type CardTransport } from './card-transport';
import { readCardName } from './certificate-object';
import { CardRefusal, refused } from './refusal';
import { elementOf, readOnly, readTlvs, TlvError, writeTlv } from './tlv';

/** Key references of SP 800-73-4: 9C signs with the PIN given each time, 9D agrees on keys and decrypts. */
export const PIV_KEYS = ['9c', '9d'] as const;
export type PivKey = (typeof PIV_KEYS)[number];

const AID = Buffer.from('a00000030800001000', 'hex');
const CHUID = 0x5fc102;
const CERTIFICATE: Readonly<Record<PivKey, number>> = { '9c': 0x5fc10a, '9d': 0x5fc10b };
const PIN_REFERENCE = 0x80;
const PIN_BYTES = 8;
const MIN_PIN_BYTES = 6;
const DYNAMIC = { template: 0x7c, response: 0x82, challenge: 0x81, exponentiation: 0x85 } as const;

/**
 * The commands of a PIV card (SP 800-73-4 part 2) over a transport that nobody else uses meanwhile. All reject with
 * `CardError`, `CardRefusal` or `TlvError`.
 */
export class PivCard {
  constructor(
    private readonly transport: CardTransport,
    private readonly signal: AbortSignal,
  ) {}

  /** The same card for work that another signal ends. */
  under(signal: AbortSignal): PivCard {
    return new PivCard(this.transport, signal);
  }

  /** Selects the application; false where the card has none. */
  async select(): Promise<boolean> {
    const command = { ins: 0xa4, p1: 0x04, p2: 0x00, data: AID, answers: true };
    const { sw, data } = await exchange(this.transport, command, this.signal);
    if (sw !== SW.ok) return false;
    // Cards without files answer 9000 to anything: a PIV card describes its application.
    return data[0] === 0x61;
  }

  /** The card's 16-byte name in hex; undefined where it has none. */
  async name(): Promise<string | undefined> {
    const object = await this.object(CHUID);
    return object === undefined ? undefined : readCardName(object);
  }

  /** The data object that holds a key's certificate; undefined where there is none. */
  certificateObject(key: PivKey): Promise<Uint8Array | undefined> {
    return this.object(CERTIFICATE[key]);
  }

  /** Tries left, without spending one. PIV does not tell how many there were: two and fewer read as few. */
  async pinStatus(): Promise<PinStatus> {
    const command = { ins: 0x20, p1: 0x00, p2: PIN_REFERENCE, answers: false };
    const { sw } = await exchange(this.transport, command, this.signal);
    if (sw === SW.ok) return { state: 'ok', triesLeft: null };
    const triesLeft = triesOf(sw);
    if (triesLeft === undefined) throw refused('PIN status', sw);
    if (triesLeft === 0) return { state: 'locked', triesLeft };
    return { state: triesLeft === 1 ? 'last' : triesLeft === 2 ? 'low' : 'ok', triesLeft };
  }

  /** Gives the PIN once. A PIN that no PIV card can have, and a blocked card, cost no try. */
  async verify(pin: Uint8Array): Promise<void> {
    if (pin.length < MIN_PIN_BYTES || pin.length > PIN_BYTES || pin.includes(0xff))
      throw new CardRefusal({ kind: 'pin-length' });
    if ((await this.pinStatus()).state === 'locked') throw new CardRefusal({ kind: 'pin-locked' });
    await this.verifyAgain(pin);
  }

  /** Gives a PIN that this card took before, while nobody else reached it: its tries are known to be left. */
  async verifyAgain(pin: Uint8Array): Promise<void> {
    const padded = new Uint8Array(PIN_BYTES).fill(0xff);
    padded.set(pin);
    try {
      const sw = await this.sendPin(padded);
      if (sw === SW.ok) return;
      const triesLeft = triesOf(sw);
      if (triesLeft === 0) throw new CardRefusal({ kind: 'pin-locked' });
      if (triesLeft !== undefined) throw new CardRefusal({ kind: 'pin-wrong', triesLeft });
      if (sw === SW.wrongData || sw === SW.wrongLength)
        throw new CardRefusal({ kind: 'pin-length' });
      throw refused('PIN', sw);
    } finally {
      padded.fill(0);
    }
  }

  /** Has a key work on a block: signs a hash, or raises a block to the private exponent. */
  compute(key: PivKey, algorithm: number, block: Uint8Array): Promise<Uint8Array> {
    return this.authenticate(key, algorithm, DYNAMIC.challenge, block);
  }

  /** The x coordinate that a key and a point share. */
  agree(key: PivKey, algorithm: number, point: Uint8Array): Promise<Uint8Array> {
    return this.authenticate(key, algorithm, DYNAMIC.exponentiation, point);
  }

  private async sendPin(padded: Uint8Array): Promise<number> {
    const command = { ins: 0x20, p1: 0x00, p2: PIN_REFERENCE, data: padded, answers: false };
    try {
      return (await exchange(this.transport, command, this.signal)).sw;
    } catch (error) {
      // Nobody knows whether it counted: it must not be given again by itself.
      if (!(error instanceof CardError) || error.fault !== 'reset') throw error;
      throw new CardRefusal({
        kind: 'failed',
        layer: 'card',
        detail: 'reset while the PIN was given',
      });
    }
  }

  private async authenticate(
    key: PivKey,
    algorithm: number,
    tag: number,
    value: Uint8Array,
  ): Promise<Uint8Array> {
    const asked = Buffer.concat([
      writeTlv(DYNAMIC.response, new Uint8Array()),
      writeTlv(tag, value),
    ]);
    const data = writeTlv(DYNAMIC.template, asked);
    const reference = Number.parseInt(key, 16);
    const command = { ins: 0x87, p1: algorithm, p2: reference, data, answers: true };
    const answer = await exchange(this.transport, command, this.signal);
    switch (answer.sw) {
      case SW.ok:
        break;
      case SW.notFound:
      case SW.referenceNotFound:
        throw new CardRefusal({ kind: 'key-missing' });
      case SW.wrongParameters:
        throw new CardRefusal({ kind: 'unsupported', what: 'algorithm' });
      default:
        throw refused(`key ${key}`, answer.sw);
    }
    const template = readTlvs(readOnly(answer.data, DYNAMIC.template));
    const result = elementOf(template, DYNAMIC.response);
    if (result === undefined) throw new TlvError('no result');
    const copy = Uint8Array.from(result);
    // Of 9D it is a shared secret, or a decrypted block.
    answer.data.fill(0);
    return copy;
  }

  private async object(tag: number): Promise<Uint8Array | undefined> {
    const data = writeTlv(0x5c, Buffer.from([tag >> 16, (tag >> 8) & 0xff, tag & 0xff]));
    const command = { ins: 0xcb, p1: 0x3f, p2: 0xff, data, answers: true };
    const answer = await exchange(this.transport, command, this.signal);
    if (answer.sw === SW.notFound) return undefined;
    if (answer.sw !== SW.ok) throw refused(`object ${tag.toString(16)}`, answer.sw);
    return answer.data;
  }
}

function triesOf(sw: number): number | undefined {
  if (sw === SW.blocked) return 0;
  return (sw & 0xfff0) === 0x63c0 ? sw & 0x0f : undefined;
}
