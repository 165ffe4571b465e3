import { timingSafeEqual } from 'node:crypto';
import type { KeyProvider } from '../keys/key-provider';

/**
 * Where a device stands. At `position` it has every change up to there; rows that changed more than
 * once since `stable` (the end of its last complete delta) may be at a state in between, so they come whole.
 */
export interface Cursor {
  readonly slice: number;
  readonly epoch: string;
  readonly stable: number;
  readonly position: number;
}

const MAC_BYTES = 16;

/** Opaque to devices: `<fields>.<mac>`, the MAC under a key that only servers hold. */
export function writeCursor(keys: KeyProvider, { slice, epoch, stable, position }: Cursor): string {
  const body = `1.${slice}.${epoch}.${stable}.${position}`;
  return `${body}.${macOf(keys, body).toString('base64url')}`;
}

/** Undefined for anything that this installation did not write. */
export function readCursor(keys: KeyProvider, text: string): Cursor | undefined {
  const match = /^(1\.(\d{2,6})\.([0-9A-Z]{1,40})\.(\d{1,15})\.(\d{1,15}))\.([\w-]{22})$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [, body = '', slice, epoch = '', stable, position, mac = ''] = match;
  if (!timingSafeEqual(Buffer.from(mac, 'base64url'), macOf(keys, body))) return undefined;
  return { slice: Number(slice), epoch, stable: Number(stable), position: Number(position) };
}

function macOf(keys: KeyProvider, body: string): Buffer {
  return keys.mac('cursor', Buffer.from(body, 'ascii')).subarray(0, MAC_BYTES);
}
