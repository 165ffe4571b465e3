import { constants, createECDH, type KeyObject, privateDecrypt } from 'node:crypto';
import { p256, p384 } from '@noble/curves/nist.js';
import { readTlvs, writeTlv } from '../../../electron/device/piv/tlv';

/** A key reference of SP 800-73-4 table 4b. */
export type SlotId = '9a' | '9c' | '9d' | '9e';

/** A key pair in a slot; `certificate` is the DER that its data object carries. */
export interface CardSlot {
  readonly key: KeyObject;
  readonly certificate: Uint8Array;
  /** Sent instead of the object that is made of the certificate: gzip, lies, rubbish. */
  readonly object?: Uint8Array;
}

export interface CardOptions {
  readonly slots: Readonly<Partial<Record<SlotId, CardSlot>>>;
  readonly pin?: string;
  /** 16 bytes; the card's name in its CHUID. */
  readonly guid: Uint8Array;
  readonly maxTries?: number;
}

const SW_OK = 0x9000;
const AID = Buffer.from('a000000308000010000100', 'hex');
const CERTIFICATES: Readonly<Record<number, SlotId>> = {
  6275333: '9a',
  6275338: '9c',
  6275339: '9d',
  6275329: '9e',
};
const CHUID = 0x5fc102;
const CCC = 0x5fc107;
const DISCOVERY = 0x7e;
const ALGORITHM = { rsa2048: 0x07, p256: 0x11, p384: 0x14 } as const;

/**
 * A PIV card of SP 800-73-4 in software: one pure function from command to answer, for whatever carries it (vpcd, a
 * simulated USB reader, a test). `faults` makes it misbehave. OpenSC and yubico-piv-tool have checked it (vpcd rig).
 */
export class Card {
  /** Historical bytes that keep OpenSC on its PIV profile. */
  readonly atr = Uint8Array.from([...[0x3b, 0x88, 0x80, 0x01], ...Buffer.from('UKEYTEST'), 0x1d]);
  triesLeft: number;
  /** Signatures and decryptions done, by slot. */
  readonly uses: SlotId[] = [];
  /** What the card answers instead; undefined leaves the true answer. */
  tamper: ((apdu: Uint8Array, answer: Uint8Array) => Uint8Array | undefined) | undefined;

  private isSelected = false;
  private isVerified = false;
  /** 9C wants the PIN right before each use. */
  private isFresh = false;
  private chained: Buffer = Buffer.alloc(0);
  private waiting: Buffer = Buffer.alloc(0);

  constructor(private readonly options: CardOptions) {
    this.triesLeft = this.maxTries;
  }

  /** Answers one short command APDU. */
  transmit(apdu: Uint8Array): Uint8Array {
    const answer = this.answer(Buffer.from(apdu));
    return this.tamper?.(apdu, answer) ?? answer;
  }

  /** Power off, or a reset: everything but the tries is forgotten. */
  reset(): void {
    this.isSelected = false;
    this.isVerified = false;
    this.isFresh = false;
    this.chained = Buffer.alloc(0);
    this.waiting = Buffer.alloc(0);
  }

  private get maxTries(): number {
    return this.options.maxTries ?? 3;
  }

  private answer(apdu: Buffer): Buffer {
    if (apdu.length < 4) return status(0x6700);
    const [cla = 0, ins = 0, p1 = 0, p2 = 0] = apdu;
    const body = bodyOf(apdu);
    if (body === undefined) return status(0x6700);
    if (ins === 0xc0) return this.give(body.le);
    this.waiting = Buffer.alloc(0);
    if (cla === 0x10) {
      this.chained = Buffer.concat([this.chained, body.data]);
      return status(this.chained.length > 4_096 ? 0x6700 : SW_OK);
    }
    if (cla !== 0) return status(0x6e00);
    const data = Buffer.concat([this.chained, body.data]);
    this.chained = Buffer.alloc(0);
    const isFresh = this.isFresh;
    this.isFresh = false;
    const done = this.perform(ins, p1, p2, data, isFresh);
    if (typeof done === 'number') return status(done);
    this.waiting = done;
    return this.give(body.le);
  }

  private perform(
    ins: number,
    p1: number,
    p2: number,
    data: Buffer,
    isFresh: boolean,
  ): Buffer | number {
    if (ins === 0xa4) return this.select(p1, data);
    if (!this.isSelected) return 0x6d00;
    switch (ins) {
      case 0x20:
        return this.verify(p1, p2, data);
      case 0xcb:
        return p1 === 0x3f && p2 === 0xff ? this.getData(data) : 0x6a86;
      case 0x87:
        return this.authenticate(p1, p2.toString(16), data, isFresh);
      case 0xfd:
        // The version that yubico-piv-tool asks for: one without its own metadata commands.
        return Buffer.from([5, 0, 0]);
      case 0xf8:
        return Buffer.from(this.options.guid.subarray(12, 16));
      default:
        return 0x6d00;
    }
  }

  /** The next piece of the answer: no more than was asked for, and 61xx while there is more. */
  private give(le: number): Buffer {
    const piece = this.waiting.subarray(0, le);
    this.waiting = this.waiting.subarray(piece.length);
    const left = this.waiting.length;
    return Buffer.concat([piece, status(left === 0 ? SW_OK : 0x6100 | (left > 255 ? 0 : left))]);
  }

  private select(p1: number, data: Buffer): Buffer | number {
    const isPiv = data.length >= 5 && AID.subarray(0, data.length).equals(data);
    if (p1 !== 0x04 || !isPiv) return 0x6a82;
    this.isSelected = true;
    this.isVerified = false;
    const authority = writeTlv(0x4f, AID.subarray(0, 5));
    return writeTlv(
      0x61,
      Buffer.concat([writeTlv(0x4f, AID.subarray(5)), writeTlv(0x79, authority)]),
    );
  }

  private verify(p1: number, p2: number, data: Buffer): number {
    if (p2 !== 0x80) return 0x6a88;
    if (p1 === 0xff) {
      this.isVerified = false;
      return SW_OK;
    }
    if (p1 !== 0) return 0x6a86;
    if (data.length === 0) {
      if (this.isVerified) return SW_OK;
      return this.triesLeft === 0 ? 0x6983 : 0x63c0 | this.triesLeft;
    }
    if (this.triesLeft === 0) return 0x6983;
    if (data.length !== 8) return 0x6a80;
    const wanted = Buffer.alloc(8, 0xff);
    wanted.write(this.options.pin ?? '123456', 'latin1');
    this.isVerified = data.equals(wanted);
    this.isFresh = this.isVerified;
    this.triesLeft = this.isVerified ? this.maxTries : this.triesLeft - 1;
    if (this.isVerified) return SW_OK;
    return this.triesLeft === 0 ? 0x6983 : 0x63c0 | this.triesLeft;
  }

  private getData(data: Buffer): Buffer | number {
    const [name] = elements(data) ?? [];
    if (name?.tag !== 0x5c) return 0x6a80;
    const tag = Buffer.from(name.value).readUIntBE(0, Math.min(name.value.length, 3) || 1);
    if (tag === DISCOVERY) {
      const policy = writeTlv(0x5f2f, Buffer.from([0x40, 0x00]));
      return writeTlv(0x7e, Buffer.concat([writeTlv(0x4f, AID), policy]));
    }
    if (tag === CHUID) return writeTlv(0x53, this.chuid());
    if (tag === CCC) return writeTlv(0x53, capabilities(this.options.guid));
    const slot = this.options.slots[CERTIFICATES[tag] ?? '9e'];
    if (CERTIFICATES[tag] === undefined || slot === undefined) return 0x6a82;
    if (slot.object !== undefined) return Buffer.from(slot.object);
    return certificateObject(slot.certificate, false);
  }

  private chuid(): Buffer {
    return Buffer.concat([
      writeTlv(
        0x30,
        Buffer.from('d4e739da739ced39ce739da1685a1082108ce73984108a3fc3', 'hex').subarray(0, 25),
      ),
      writeTlv(0x34, this.options.guid),
      writeTlv(0x35, Buffer.from('20491231')),
      writeTlv(0x3e, Buffer.alloc(0)),
      writeTlv(0xfe, Buffer.alloc(0)),
    ]);
  }

  private authenticate(
    algorithm: number,
    slotId: string,
    data: Buffer,
    isFresh: boolean,
  ): Buffer | number {
    const id = slotId as SlotId;
    const slot = this.options.slots[id];
    if (slot === undefined) return 0x6a88;
    if (algorithmOf(slot.key) !== algorithm) return 0x6a86;
    if (id === '9c' ? !isFresh : id !== '9e' && !this.isVerified) return 0x6982;
    const [template] = elements(data) ?? [];
    const parts = template?.tag === 0x7c ? elements(template.value) : undefined;
    if (parts?.find(({ tag }) => tag === 0x82)?.value.length !== 0) return 0x6a80;
    const challenge = parts.find(({ tag }) => tag === 0x81)?.value;
    const point = parts.find(({ tag }) => tag === 0x85)?.value;
    const result =
      challenge !== undefined
        ? compute(slot.key, challenge)
        : point !== undefined
          ? agree(slot.key, point)
          : undefined;
    if (result === undefined) return 0x6a80;
    this.uses.push(id);
    return writeTlv(0x7c, writeTlv(0x82, result));
  }
}

/** The data object of a certificate (SP 800-73-4 part 1, table 39). */
export function certificateObject(certificate: Uint8Array, isGzip: boolean): Buffer {
  return writeTlv(
    0x53,
    Buffer.concat([
      writeTlv(0x70, certificate),
      writeTlv(0x71, Buffer.from([isGzip ? 1 : 0])),
      writeTlv(0xfe, Buffer.alloc(0)),
    ]),
  );
}

function capabilities(guid: Uint8Array): Buffer {
  const identifier = Buffer.concat([Buffer.from('a000000116ff02', 'hex'), guid.subarray(0, 14)]);
  const values: readonly (readonly [number, string])[] = [
    [0xf1, '21'],
    [0xf2, '21'],
    [0xf3, ''],
    [0xf4, '00'],
    [0xf5, '10'],
    [0xf6, ''],
    [0xf7, ''],
    [0xfa, ''],
    [0xfb, ''],
    [0xfc, ''],
    [0xfd, ''],
    [0xfe, ''],
  ];
  return Buffer.concat([
    writeTlv(0xf0, identifier),
    ...values.map(([tag, hex]) => writeTlv(tag, Buffer.from(hex, 'hex'))),
  ]);
}

function algorithmOf(key: KeyObject): number {
  if (key.asymmetricKeyType === 'rsa') return ALGORITHM.rsa2048;
  return key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? ALGORITHM.p384 : ALGORITHM.p256;
}

/** Signs a hash (EC) or raises a block to the private exponent (RSA: signing and decrypting are one operation). */
function compute(key: KeyObject, block: Uint8Array): Uint8Array | undefined {
  if (key.asymmetricKeyType === 'rsa') {
    try {
      return privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, block);
    } catch {
      return undefined;
    }
  }
  const is384 = algorithmOf(key) === ALGORITHM.p384;
  if (block.length !== (is384 ? 48 : 32)) return undefined;
  const scalar = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url');
  return (is384 ? p384 : p256).sign(block, scalar, { prehash: false, format: 'der' });
}

function agree(key: KeyObject, point: Uint8Array): Uint8Array | undefined {
  if (key.asymmetricKeyType === 'rsa') return undefined;
  const own = createECDH(algorithmOf(key) === ALGORITHM.p384 ? 'secp384r1' : 'prime256v1');
  own.setPrivateKey(Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url'));
  try {
    return own.computeSecret(point);
  } catch {
    return undefined;
  }
}

function elements(bytes: Uint8Array): ReturnType<typeof readTlvs> | undefined {
  try {
    return readTlvs(bytes);
  } catch {
    return undefined;
  }
}

/** The data and the expected length of a short APDU (256 where none is said, as real cards); undefined where it lies. */
function bodyOf(apdu: Buffer): { readonly data: Buffer; readonly le: number } | undefined {
  const rest = apdu.subarray(4);
  const [first = 0] = rest;
  if (rest.length <= 1) return { data: Buffer.alloc(0), le: first || 256 };
  const data = rest.subarray(1, 1 + first);
  const after = rest.subarray(1 + first);
  if (first === 0 || data.length !== first || after.length > 1) return undefined;
  return { data, le: (after[0] ?? 0) || 256 };
}

function status(sw: number): Buffer {
  return Buffer.from([sw >> 8, sw & 0xff]);
}
