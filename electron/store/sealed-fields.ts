import { type HandoverEnd, type SecretParts, sealTo } from '../crypto/handover';
import { SEALED_FIELDS, type StoreCallName, type StoreCalls } from './protocol';

type Fields = Readonly<Record<string, unknown>>;

/** Whether a call carries keys. */
export function hasSecrets(call: StoreCallName): boolean {
  return SEALED_FIELDS[call] !== undefined;
}

/** A call's input for the channel: its keys sealed to the process's point, the rest as it is. */
export function sealFields<C extends StoreCallName>(
  call: C,
  input: StoreCalls[C][0],
  point: Uint8Array,
): { readonly input: unknown; readonly sealed: Uint8Array } {
  const rest: Record<string, unknown> = { ...input };
  const parts: Record<string, Uint8Array> = {};
  for (const field of SEALED_FIELDS[call] ?? []) {
    const value = rest[field];
    delete rest[field];
    if (value instanceof Uint8Array) parts[field] = value;
    else if (value !== undefined && value !== null)
      for (const [name, key] of Object.entries(value as SecretParts))
        parts[`${field}.${name}`] = key;
  }
  return { input: rest, sealed: sealTo(point, parts) };
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
