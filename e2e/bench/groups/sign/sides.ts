import { randomBytes } from 'node:crypto';
import type { Outcome } from '../../../../electron/device/driver';
import type { DeviceCaller } from '../../../../electron/main/clients/device-client';

/** A key that is logged in, by one of both ways; `end` logs out. */
export interface OpenWay {
  sign(): Promise<unknown>;
  end(): Promise<void>;
}

/** One token, by way of the product and by the bare calls of what stands below it. */
export interface Sides {
  readonly driver: string;
  /** What the bare call is, in words. */
  readonly bareName: string;
  ours(): Promise<OpenWay>;
  bare(): Promise<OpenWay>;
  /** Makes the token take this long for each signature, on both sides; undefined where nothing can. */
  readonly slow: ((ms: number) => void) | undefined;
  end(): Promise<void>;
}

/** 32 bytes to sign, others each time. */
export const digest = (): Uint8Array => Uint8Array.from(randomBytes(32));

/** The value of an outcome. Throws in the words of its failure. */
export function demand<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(JSON.stringify(outcome.failure));
}

/** A signing session of the product: the whole way from main to the token and back. */
export async function sessionOf(
  device: DeviceCaller,
  tokenId: string,
  keyRef: string,
  pin: string,
): Promise<OpenWay> {
  const bytes = new TextEncoder().encode(pin);
  const { signingId } = demand(await device.call('beginSigning', { tokenId, keyRef, pin: bytes }));
  return {
    sign: async () => demand(await device.call('signNext', { signingId, digest: digest() })),
    end: async () => void demand(await device.call('endSigning', { signingId })),
  };
}

/** The one token that a device has. */
export async function onlyToken(device: DeviceCaller): Promise<string> {
  const { tokens, problems } = demand(await device.call('list', {}));
  const [first] = tokens;
  if (first === undefined) throw new Error(`no token: ${JSON.stringify(problems)}`);
  return first.tokenId;
}
