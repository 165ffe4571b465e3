import { createPublicKey, verify } from 'node:crypto';
import { type ControlReceipt, receiptBytes } from '../../shared/protocol/control';
import { type Device, markWiped } from '../store/devices';
import { keepReceipt } from '../store/directives';
import type { SqlRunner } from '../store/sql-client';

/** True when the device's control key signed the receipt. */
function isSigned(device: Device, receipt: ControlReceipt): boolean {
  if (device.controlKey === null) return false;
  const key = createPublicKey({ key: Buffer.from(device.controlKey), format: 'der', type: 'spki' });
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
  if (receipt.device !== device.id || !isSigned(device, receipt)) return false;
  await keepReceipt(runner, receipt, nowMs);
  if (receipt.outcome === 'wiped') await markWiped(runner, device.id);
  return true;
}
