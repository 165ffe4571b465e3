import type { PinStatus } from '../../driver';
import { type Pkcs11Module, readUlong, ULONG_BYTES, ulongCell } from './binding';
import { CKF } from './constants';

/** One slot that holds a token. */
export interface TokenSlot {
  readonly slotId: number;
  readonly label: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly serial: string;
  readonly flags: number;
}

const MAX_SLOTS = 64;
const TOKEN_INFO_BYTES = 256;
const FLAGS_OFFSET = 96;

/** All slots with an initialised token. Throws `Pkcs11Error`. */
export async function readSlots(module: Pkcs11Module): Promise<TokenSlot[]> {
  const ids = Buffer.alloc(ULONG_BYTES * MAX_SLOTS);
  const count = ulongCell(MAX_SLOTS);
  await module.call('C_GetSlotList', 1, null, count);
  // The first call with NULL makes libraries look at the readers again; the second fills the list.
  count.set(ulongCell(MAX_SLOTS));
  await module.call('C_GetSlotList', 1, ids, count);
  const slots: TokenSlot[] = [];
  for (let index = 0; index < readUlong(count); index += 1) {
    const slot = await readSlot(module, readUlong(ids, index * ULONG_BYTES)).catch(() => undefined);
    if (slot !== undefined && (slot.flags & CKF.tokenInitialized) !== 0) slots.push(slot);
  }
  return slots;
}

/** The token in a slot now. Throws `Pkcs11Error` when there is none. */
export async function readSlot(module: Pkcs11Module, slotId: number): Promise<TokenSlot> {
  const info = Buffer.alloc(TOKEN_INFO_BYTES);
  await module.call('C_GetTokenInfo', slotId, info);
  return {
    slotId,
    label: text(info, 0, 32),
    manufacturer: text(info, 32, 32),
    model: text(info, 64, 16),
    serial: text(info, 80, 16),
    flags: readUlong(info, FLAGS_OFFSET),
  };
}

/** What the token's flags tell of its PIN; most never give a number. */
export function pinStatusOf(flags: number): PinStatus {
  if ((flags & CKF.userPinLocked) !== 0) return { state: 'locked', triesLeft: 0 };
  if ((flags & CKF.userPinFinalTry) !== 0) return { state: 'last', triesLeft: 1 };
  if ((flags & CKF.userPinCountLow) !== 0) return { state: 'low', triesLeft: null };
  return { state: 'ok', triesLeft: null };
}

function text(info: Buffer, offset: number, length: number): string {
  return info.toString('utf8', offset, offset + length).replace(/[\0 ]+$/u, '');
}
