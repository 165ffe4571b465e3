import { hkdf } from './hkdf';

/** What blind tags are made of: the whole value, and the fragments of it that people have at hand. */
export const BLIND_KINDS = [
  'whole',
  'region6',
  'birth8',
  'last4',
  'last6',
  'phone',
  'phoneLast4',
] as const;
export type BlindKind = (typeof BLIND_KINDS)[number];

/** One 32-byte AES key a kind: equal fragments of different kinds have unrelated tags. They open nothing. */
export type BlindKeys = Readonly<Record<BlindKind, Uint8Array>>;

/** Sub-keys of K_field. */
export interface FieldKeys {
  /** Which K_field, 1–65535; stored with every blob. */
  readonly version: number;
  /** SM4 keys, 16 bytes. */
  readonly person: Uint8Array;
  readonly certificate: Uint8Array;
  readonly blind: BlindKeys;
}

/** Version that blobs of the first releases name, whatever their key. */
export const FIRST_FIELD_VERSION = 1;

/**
 * The version that blobs under a field key name, 2–65535: made of the key itself, so that no file beside the
 * keys can say otherwise. A rotation draws its key so that it differs from the one before.
 */
export function fieldKeyVersion(fieldKey: Uint8Array): number {
  const [high = 0, low = 0] = hkdf(fieldKey, 'fieldcert field v1 version', 2);
  return 2 + (((high << 8) | low) % 0xfffe);
}

/** Derives all sub-keys of the field key (32 bytes). */
export function deriveFieldKeys(fieldKey: Uint8Array, version: number): FieldKeys {
  if (fieldKey.length !== 32) throw new RangeError('the field key has 32 bytes');
  if (!Number.isInteger(version) || version < 1 || version > 0xffff)
    throw new RangeError('field key version out of range');
  const blind = (kind: BlindKind) => hkdf(fieldKey, `fieldcert field v1 blind ${kind}`, 32);
  return {
    version,
    person: hkdf(fieldKey, 'fieldcert field v1 sealed person', 16),
    certificate: hkdf(fieldKey, 'fieldcert field v1 sealed certificate number', 16),
    blind: {
      whole: blind('whole'),
      region6: blind('region6'),
      birth8: blind('birth8'),
      last4: blind('last4'),
      last6: blind('last6'),
      phone: blind('phone'),
      phoneLast4: blind('phoneLast4'),
    },
  };
}

/** Fills every sub-key with 0. */
export function zeroFieldKeys(keys: FieldKeys): void {
  for (const key of [keys.person, keys.certificate, ...Object.values(keys.blind)]) key.fill(0);
}
