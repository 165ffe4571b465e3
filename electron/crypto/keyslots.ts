import { readFile } from 'node:fs/promises';
import { AppError } from '../../shared/errors/app-error';
import { err, ok, type Result } from '../../shared/kernel/result';
import { writeAtomically } from '../platform/atomic-write';
import {
  type AttemptGate,
  type Attempts,
  attemptGate,
  countFailure,
  NO_ATTEMPTS,
  triesLeft,
} from './attempt-policy';
import type { Argon2Parameters } from './kdf';
import { KeyRing } from './key-ring';
import {
  BadgeSchema,
  type KeyslotFile,
  parseKeyslots,
  type Slot,
  type SlotToken,
  serializeKeyslots,
} from './keyslot-format';
import { keysOf, makeSlot, type NewSlot, newKdf } from './new-slot';
import {
  deriveSlotKey,
  fitsSlot,
  type SlotFacts,
  type SlotSecrets,
  unwrapKeys,
  wrapKeys,
} from './slot-key';

/** What the unlock page may know of a slot. */
export type SlotSummary = Pick<
  Slot,
  'slotId' | 'userId' | 'badge' | 'displayName' | 'roleStatementRef' | 'factors'
> & {
  readonly token?: SlotToken;
};

export type OpenFault =
  | { readonly kind: 'unknown-user' }
  | { readonly kind: 'wrong-password'; readonly triesLeft: number }
  | { readonly kind: 'locked-until'; readonly untilMs: number }
  | { readonly kind: 'administrator-needed' }
  | { readonly kind: 'needs-token'; readonly token: SlotToken }
  | { readonly kind: 'needs-machine' };

/** A try at a slot: secrets (the caller zeroes them) and the highest time seen, UTC ms. */
export interface SlotTry extends SlotSecrets {
  readonly badge: string;
  readonly nowMs: number;
}

/**
 * The keyslot file of an office. Changes are queued, and on the disk before they are answered: a try is counted
 * before the password is checked, so that killing the program saves none. Writing errors: DISK_FULL, DISK_READ_ONLY.
 */
export class Keyslots {
  readonly #path: string;
  #file: KeyslotFile;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(path: string, file: KeyslotFile) {
    this.#path = path;
    this.#file = file;
  }

  /** Reads the file; undefined where there is none. Throws KEYSLOTS_DAMAGED. */
  static async open(path: string): Promise<Keyslots | undefined> {
    let bytes: Buffer;
    try {
      bytes = await readFile(path);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new AppError('KEYSLOTS_DAMAGED', {}, 'unreadable');
    }
    return new Keyslots(path, parseKeyslots(bytes));
  }

  /** An office without slots; it reaches the disk with the first one. */
  static create(path: string, office: string, deviceId: string): Keyslots {
    return new Keyslots(path, {
      format: 'fieldcert-keyslots',
      version: 1,
      office,
      deviceId,
      slots: [],
      attempts: {},
    });
  }

  get office(): string {
    return this.#file.office;
  }

  get deviceId(): string {
    return this.#file.deviceId;
  }

  slots(): readonly SlotSummary[] {
    return this.#file.slots.map(summaryOf);
  }

  /** Whether a try at this badge would be taken, to be asked before prompting for anything. */
  gate(badge: string, nowMs: number): AttemptGate {
    return attemptGate(this.#attempts(badge), nowMs);
  }

  /** Adds a slot. Throws RangeError when the badge has one, a key of the role is missing, or factors are too few. */
  createSlot(input: NewSlot): Promise<SlotSummary> {
    return this.#queue(async () => {
      if (!BadgeSchema.safeParse(input.badge).success)
        throw new RangeError('keyslots: malformed badge');
      if (this.#slot(input.badge) !== undefined)
        throw new RangeError('keyslots: the badge has a slot');
      const slot = await makeSlot(this.#file, input);
      await this.#write({
        ...this.#file,
        slots: [...this.#file.slots, slot],
        attempts: this.#attemptsWithout(input.badge),
      });
      return summaryOf(slot);
    });
  }

  /** Opens a slot. Throws KEYSLOTS_DAMAGED when the password fits but the slot was edited. */
  openSlot(attempt: SlotTry): Promise<Result<KeyRing, OpenFault>> {
    return this.#queue(async () => {
      const opened = await this.#try(attempt);
      if (!opened.ok) return opened;
      opened.value.slotKey.fill(0);
      return ok(opened.value.ring);
    });
  }

  /** Sets a new password (a try like any other with the old one); the other factors stay. */
  changePassword(
    attempt: SlotTry,
    newPassword: Uint8Array,
    kdf: Argon2Parameters,
  ): Promise<Result<void, OpenFault>> {
    return this.#queue(async () => {
      const opened = await this.#try(attempt);
      if (!opened.ok) return opened;
      const { slot, slotKey, ring } = opened.value;
      slotKey.fill(0);
      const next = { ...slot, kdf: newKdf(kdf) };
      const nextKey = await deriveSlotKey(next, { ...attempt, password: newPassword });
      const changed = {
        ...next,
        ...wrapKeys(nextKey, this.#facts(next), keysOf(ring, ring.names())),
      };
      nextKey.fill(0);
      ring.zero();
      await this.#write({
        ...this.#file,
        slots: this.#file.slots.map((old) => (old.slotId === slot.slotId ? changed : old)),
      });
      return ok(undefined);
    });
  }

  /** Takes a person's way in; false when there was none. The keys themselves are unchanged. */
  removeSlot(badge: string): Promise<boolean> {
    return this.#queue(async () => {
      if (this.#slot(badge) === undefined) return false;
      const slots = this.#file.slots.filter((slot) => slot.badge !== badge);
      await this.#write({ ...this.#file, slots, attempts: this.#attemptsWithout(badge) });
      return true;
    });
  }

  /** Follows a renewed role statement: display only, so it needs no key. False for an unknown badge. */
  describe(badge: string, facts: Pick<Slot, 'displayName' | 'roleStatementRef'>): Promise<boolean> {
    return this.#queue(async () => {
      if (this.#slot(badge) === undefined) return false;
      const { displayName, roleStatementRef } = facts;
      const slots = this.#file.slots.map((slot) =>
        slot.badge === badge ? { ...slot, displayName, roleStatementRef } : slot,
      );
      await this.#write({ ...this.#file, slots });
      return true;
    });
  }

  /** The security administrator's release of a locked badge. */
  resetAttempts(badge: string): Promise<void> {
    return this.#queue(() =>
      this.#write({ ...this.#file, attempts: this.#attemptsWithout(badge) }),
    );
  }

  async #try(
    attempt: SlotTry,
  ): Promise<Result<{ slot: Slot; slotKey: Uint8Array; ring: KeyRing }, OpenFault>> {
    const slot = this.#slot(attempt.badge);
    if (slot === undefined) return err({ kind: 'unknown-user' });
    const gate = this.gate(attempt.badge, attempt.nowMs);
    if (gate.kind !== 'open') return err(gate);
    if (slot.token !== undefined && attempt.token === undefined)
      return err({ kind: 'needs-token', token: slot.token });
    if (slot.factors.includes('machine') && attempt.machine === undefined)
      return err({ kind: 'needs-machine' });
    const counted = countFailure(this.#attempts(slot.badge), attempt.nowMs);
    await this.#write({
      ...this.#file,
      attempts: { ...this.#file.attempts, [slot.badge]: counted },
    });
    const slotKey = await deriveSlotKey(slot, attempt);
    if (!fitsSlot(slotKey, slot)) {
      slotKey.fill(0);
      return err({ kind: 'wrong-password', triesLeft: triesLeft(counted) });
    }
    const keys = unwrapKeys(slotKey, this.#facts(slot), slot.wrapped);
    if (keys === undefined) throw new AppError('KEYSLOTS_DAMAGED', {}, 'slot edited');
    const ring = new KeyRing(keys);
    for (const key of Object.values(keys)) key.fill(0);
    await this.#write({ ...this.#file, attempts: this.#attemptsWithout(slot.badge) });
    return ok({ slot, slotKey, ring });
  }

  #slot(badge: string): Slot | undefined {
    return this.#file.slots.find((slot) => slot.badge === badge);
  }

  #facts(slot: Slot): SlotFacts {
    return { ...slot, office: this.#file.office, deviceId: this.#file.deviceId };
  }

  #attempts(badge: string): Attempts {
    return Object.hasOwn(this.#file.attempts, badge)
      ? (this.#file.attempts[badge] ?? NO_ATTEMPTS)
      : NO_ATTEMPTS;
  }

  #attemptsWithout(badge: string): KeyslotFile['attempts'] {
    return Object.fromEntries(
      Object.entries(this.#file.attempts).filter(([name]) => name !== badge),
    );
  }

  async #write(file: KeyslotFile): Promise<void> {
    await writeAtomically(this.#path, serializeKeyslots(file));
    this.#file = file;
  }

  #queue<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

function summaryOf(slot: Slot): SlotSummary {
  const { slotId, userId, badge, displayName, roleStatementRef, factors, token } = slot;
  return {
    slotId,
    userId,
    badge,
    displayName,
    roleStatementRef,
    factors,
    ...(token === undefined ? {} : { token }),
  };
}
