import { type HandoverEnd, type SecretParts, sealTo } from '../crypto/handover';
import { SEALED_FIELDS } from './protocol';

type Fields = Readonly<Record<string, unknown>>;

/** Whether an input carries keys. */
export function hasSecrets(input: object): boolean {
  return SEALED_FIELDS.some((field) => partsOf(field, (input as Fields)[field]) !== null);
}

/** An input for the channel: its keys sealed to the process's point, the rest as it is. */
export function sealFields(
  input: object,
  point: Uint8Array,
): { readonly input: unknown; readonly sealed: Uint8Array } {
  const rest: Record<string, unknown> = { ...input };
  const parts: Record<string, Uint8Array> = {};
  for (const field of SEALED_FIELDS) {
    const secret = partsOf(field, rest[field]);
    if (secret === null) continue;
    delete rest[field];
    Object.assign(parts, secret);
  }
  return { input: rest, sealed: sealTo(point, parts) };
}

/** Null for what is no key and no record of keys. */
function partsOf(field: string, value: unknown): SecretParts | null {
  if (value instanceof Uint8Array) return { [field]: value };
  if (typeof value !== 'object' || value === null) return null;
  const keys = Object.entries(value).filter(([, key]) => key !== undefined && key !== null);
  if (keys.length === 0 || !keys.every(([, key]) => key instanceof Uint8Array)) return null;
  return Object.fromEntries(keys.map(([name, key]) => [`${field}.${name}`, key as Uint8Array]));
}

/** The input as it was, with keys of its own that the receiver zeroes. */
export function openFields(input: unknown, sealed: Uint8Array, end: HandoverEnd): unknown {
  const whole: Record<string, unknown> = { ...(input as Fields) };
  for (const [path, key] of Object.entries(end.open(sealed))) {
    const [field = '', name] = path.split('.');
    whole[field] = name === undefined ? key : { ...(whole[field] as Fields), [name]: key };
  }
  return whole;
}
