/** What a reader tells of itself in its CCID class descriptor (CCID 1.1 section 5.1). */

/** How much of the card's protocol the reader does itself. */
export type ExchangeLevel = 'character' | 'tpdu' | 'short-apdu' | 'extended-apdu';

export interface CcidClass {
  readonly level: ExchangeLevel;
  readonly slots: number;
  /** Longest message in either direction, header included; at most MAX_MESSAGE_BYTES. */
  readonly maxMessageBytes: number;
  /** Values of bPowerSelect to try in turn: 0 where the reader finds the voltage itself, else 1 = 5 V, 2 = 3 V, 3 = 1.8 V. */
  readonly powerSelects: readonly number[];
  /** The reader sets the protocol's parameters itself. */
  readonly setsParameters: boolean;
}

const DESCRIPTOR_BYTES = 54;
const CCID_DESCRIPTOR = 0x21;
/** Readers older than the standard put it under the vendor's type. */
const VENDOR_DESCRIPTOR = 0xff;
const SLOTS_OFFSET = 4;
const VOLTAGES_OFFSET = 5;
const FEATURES_OFFSET = 40;
const MESSAGE_LENGTH_OFFSET = 44;

/** Header (10), extended APDU (65,544) and some room: what libccid allows too. */
export const MAX_MESSAGE_BYTES = 65_556;
/** The header and a command of five bytes: a reader that takes less carries nothing. */
const MIN_MESSAGE_BYTES = 15;

const FEATURE = {
  automaticParameters: 0x02,
  automaticVoltage: 0x08,
  negotiatesParameters: 0x40,
  negotiatesPps: 0x80,
  tpdu: 0x1_0000,
  shortApdu: 0x2_0000,
  extendedApdu: 0x4_0000,
} as const;

/**
 * Finds the class descriptor among the bytes that follow an interface descriptor, and reads it.
 * Undefined where there is none or what it says cannot be: a length that lies, messages too short to carry a command.
 */
export function parseClassDescriptor(extra: Uint8Array): CcidClass | undefined {
  let offset = 0;
  while (offset + 2 <= extra.length) {
    const length = extra[offset] ?? 0;
    const type = extra[offset + 1];
    if (length < 2 || offset + length > extra.length) return undefined;
    if (length === DESCRIPTOR_BYTES && (type === CCID_DESCRIPTOR || type === VENDOR_DESCRIPTOR)) {
      return read(extra.subarray(offset, offset + length));
    }
    offset += length;
  }
  return undefined;
}

function read(bytes: Uint8Array): CcidClass | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const features = view.getUint32(FEATURES_OFFSET, true);
  const maxMessageBytes = Math.min(view.getUint32(MESSAGE_LENGTH_OFFSET, true), MAX_MESSAGE_BYTES);
  if (maxMessageBytes < MIN_MESSAGE_BYTES) return undefined;
  const setsParameters =
    (features &
      (FEATURE.automaticParameters | FEATURE.negotiatesParameters | FEATURE.negotiatesPps)) !==
    0;
  return {
    level: levelOf(features),
    slots: view.getUint8(SLOTS_OFFSET) + 1,
    maxMessageBytes,
    powerSelects: powerSelects(features, view.getUint8(VOLTAGES_OFFSET)),
    setsParameters,
  };
}

function levelOf(features: number): ExchangeLevel {
  if ((features & FEATURE.extendedApdu) !== 0) return 'extended-apdu';
  if ((features & FEATURE.shortApdu) !== 0) return 'short-apdu';
  return (features & FEATURE.tpdu) !== 0 ? 'tpdu' : 'character';
}

function powerSelects(features: number, voltages: number): readonly number[] {
  if ((features & FEATURE.automaticVoltage) !== 0) return [0];
  const known = [1, 2, 3].filter((select) => (voltages & (1 << (select - 1))) !== 0);
  return known.length === 0 ? [1] : known;
}
