import type { DeviceCaller } from '../../clients/device-client';

/** How long somebody who was told that one try is left has to give it all the same. */
const MEANT_MS = 2 * 60_000;

/** Of each U-Key process: until when the last try of a token may be given, by the clock that only counts up. */
const told = new WeakMap<DeviceCaller, Map<string, number>>();

/**
 * Whether a PIN may go to the token now. Where one try is left, whoever types is told first and nothing is given: a
 * typing error would lock the key for good. The PIN that is typed after that, within two minutes, is meant. (The signing
 * window asks by itself, because it shows the tries.)
 */
export async function mayGivePin(
  device: DeviceCaller,
  tokenId: string,
  nowMs: () => number = () => performance.now(),
): Promise<boolean> {
  const status = await device.call('pinStatus', { tokenId });
  const open = told.get(device) ?? new Map<string, number>();
  told.set(device, open);
  const untilMs = open.get(tokenId);
  open.delete(tokenId);
  // A token that does not say how many tries are left is asked, as ever.
  if (!status.ok || status.value.triesLeft !== 1) return true;
  if (untilMs !== undefined && nowMs() <= untilMs) return true;
  open.set(tokenId, nowMs() + MEANT_MS);
  return false;
}
