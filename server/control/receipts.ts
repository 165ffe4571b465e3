import { createPublicKey, verify } from 'node:crypto';
import { type ControlReceipt, receiptBytes } from '../../shared/protocol/control';
import { type Device, markWiped } from '../store/devices';
import { keepReceipt } from '../store/directives';
import { controlKeys } from '../store/next-control';
import type { SqlRunner } from '../store/sql-client';

/** True when the control key signed the receipt. */
function isSigned(spki: Uint8Array, receipt: ControlReceipt): boolean {
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const signature = Buffer.from(receipt.sig, 'base64url');
  return (
    signature.length === 64 &&
    verify('sha256', receiptBytes(receipt), { key, dsaEncoding: 'ieee-p1363' }, signature)
  );
}

/**
 * Keeps what a device says became of it, over the channel or by a file that somebody hands in; a device
 * that says it was wiped is refused from then on. False for a receipt that is not its own.
 */
export async function takeReceipt(
  runner: SqlRunner,
  device: Device,
  receipt: ControlReceipt,
  nowMs: number,
): Promise<boolean> {
  const keys = await controlKeys(runner, device);
  if (receipt.device !== device.id || !keys.some((key) => isSigned(key, receipt))) return false;
  await keepReceipt(runner, receipt, nowMs);
  if (receipt.outcome === 'wiped') await markWiped(runner, device.id);
  return true;
}
