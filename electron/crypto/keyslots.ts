import { readFile } from 'node:fs/promises';
import { AppError } from '../../shared/errors/app-error';
import { err, ok, type Result } from '../../shared/kernel/result';
import { writeAtomically } from '../platform/atomic-write';
import { type ProgramRun, thisRun } from '../platform/clock';
import {
  type AttemptGate,
  type Attempts,
  attemptGate,
  countFailure,
  NO_ATTEMPTS,
  triesLeft,
  waitLeft,
} from './attempt-policy';
import { changeFile } from './change-keys';
import type { Argon2Parameters } from './kdf';
import { type KeyChanges, KeyRing, type Keys } from './key-ring';
import {
  type KeyslotFile,
  type LegacySlot,
  MAX_NOTES,
  MOST_UNTOLD,
  parseKeyslots,
  type RecoverySlot,
  type Slot,
  serializeKeyslots,
} from './keyslot-format';
import { BadgeSchema, type SlotToken } from './keyslot-parts';
import { makeSlot, type NewSlot, openWith, withPassword, withToken } from './new-slot';
import { inHand, openEither, withConfirmed, withRecovery } from './recovery-pair';
import { makeRecovery, type RecoveryParts } from './recovery-slot';
import type { SlotSecrets } from './slot-key';
import { type OpenFault, type RecoveryFault, type SlotSummary, summaryOf } from './slot-summary';

/** A try at a slot; the caller zeroes the secrets. */
export interface SlotTry extends SlotSecrets {
  readonly badge: string;
}

/**
 * The keyslot file of an office. Changes are queued, and on the disk before they are answered: a try is counted
 * before the password is checked, so that killing the program saves none. Writing errors: DISK_FULL, DISK_READ_ONLY.
 */
export class Keyslots {
  readonly #path: string;
  readonly #run: ProgramRun;
  #file: KeyslotFile;
  /** The file's bytes as they were read or written last; null before there is one. */
  #onDisk: Buffer | null;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(path: string, file: KeyslotFile, onDisk: Buffer | null, run: ProgramRun) {
    this.#path = path;
    this.#onDisk = onDisk;
    this.#run = run;
    this.#file = file;
  }

  /** Reads the file; undefined where there is none. Throws KEYSLOTS_DAMAGED, STORE_FROM_FUTURE. */
  static async open(path: string, run = thisRun): Promise<Keyslots | undefined> {
    let bytes: Buffer;
    try {
      bytes = await readFile(path);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new AppError('KEYSLOTS_DAMAGED', {}, 'unreadable');
    }
    return new Keyslots(path, parseKeyslots(bytes), bytes, run);
  }

  /** An office without slots; it reaches the disk with the first one. */
  static create(path: string, office: string, deviceId: string, run = thisRun): Keyslots {
    const format = 'fieldcert-keyslots';
    const file = { format, version: 2, office, deviceId, slots: [], attempts: {} } as const;
    return new Keyslots(path, { ...file, slots: [] }, null, run);
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
  gate(badge: string): AttemptGate {
    return attemptGate(this.#attempts(badge), this.#run);
  }

  /** Adds a slot. Throws RangeError when the badge has one, a key of the role is missing, or factors are too few. */
  createSlot(input: NewSlot): Promise<SlotSummary> {
    return this.#queue(async () => {
      if (this.#slot(input.badge) !== undefined)
        throw new RangeError('keyslots: the badge has a slot');
      return this.#put(input);
    });
  }

  /**
   * Makes a slot in place of the one that the badge may have, by recovered keys: its tries are forgotten, and the same
   * write notes it for the audit log.
   */
  recoverSlot(input: NewSlot): Promise<SlotSummary> {
    const note = { badge: input.badge, atMs: Math.floor(input.nowMs) };
    return this.#queue(() => this.#put(input, [note]));
  }

  /** Ways in that the recovery key made and the audit log has not yet. */
  get recovered(): readonly { readonly badge: string; readonly atMs: number }[] {
    return this.#file.recovered ?? [];
  }

  /** The audit log has them. */
  forgetRecovered(): Promise<void> {
    return this.#queue(() => this.#write({ ...this.#file, recovered: [] }));
  }

  /**
   * Wrong tries at the way in, by badge, that the audit log does not have yet: nobody's journal is open while they are made, and
   * who logs in next need not be who was tried for. They outlive the program.
   */
  get untold(): readonly { readonly badge: string; readonly tries: number }[] {
    return Object.entries(this.#file.untold ?? {}).map(([badge, tries]) => ({ badge, tries }));
  }

  /** The audit log has them. Those that came since stay. */
  forgetUntold(told: Keyslots['untold']): Promise<void> {
    return this.#queue(async () => {
      if (told.length === 0) return;
      let file = this.#file;
      for (const { badge, tries } of told)
        file = { ...file, untold: untoldWith(file, badge, -tries) };
      await this.#write(file);
    });
  }

  /** Resolves when every change asked for so far is on the disk or refused. */
  async settled(): Promise<void> {
    await this.#last;
  }

  /**
   * Opens a slot. Throws KEYSLOTS_DAMAGED when the password fits but the slot was edited, STORE_IN_USE when another
   * program wrote the file meanwhile: what is written here would put back keys that it changed.
   */
  openSlot(attempt: SlotTry): Promise<Result<KeyRing, OpenFault>> {
    return this.#queue(async () => {
      await this.#demandOurs();
      const opened = await this.#try(attempt, 1);
      if (!opened.ok) return opened;
      const { keys, slot } = opened.value;
      const ring = new KeyRing(keys);
      zeroAll(keys);
      try {
        await this.#demandOurs();
        await this.#replace(slot, 1);
        return ok(ring);
      } catch (error) {
        ring.zero();
        throw error;
      }
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
      const { keys, slot } = opened.value;
      const secrets = { ...attempt, password: newPassword };
      const changed = await withPassword(this.#file, slot, keys, secrets, kdf).finally(() =>
        zeroAll(keys),
      );
      await this.#replace(changed);
      return ok(undefined);
    });
  }

  /**
   * Binds a slot to another token, or to none (a try like any other with what opens it now).
   * The caller sees to it that enough factors are left.
   */
  changeToken(
    attempt: SlotTry,
    next: { readonly token: SlotToken; readonly secret: Uint8Array } | null,
    kdf: Argon2Parameters,
  ): Promise<Result<void, OpenFault>> {
    return this.#queue(async () => {
      const opened = await this.#try(attempt);
      if (!opened.ok) return opened;
      const { keys, slot } = opened.value;
      const { token: _, ...others } = attempt;
      const secrets = next === null ? others : { ...others, token: next.secret };
      const token = next?.token ?? null;
      const changed = await withToken(this.#file, slot, keys, secrets, kdf, token).finally(() =>
        zeroAll(keys),
      );
      await this.#replace(changed);
      return ok(undefined);
    });
  }

  /**
   * Changes keys in one write, after which every slot opens to them, also of people who are not here, each as
   * far as its kind may hold them; null takes a key of a rotation away. The ring is updated once they are on the
   * disk. Throws FORBIDDEN when the ring lacks keys of a slot, KEYSLOTS_DAMAGED when a slot was edited,
   * KEYSLOTS_OUTDATED when one cannot take a delivery before its person has come, LOCKED for a zeroed ring.
   */
  changeKeys(ring: KeyRing, changes: KeyChanges): Promise<void> {
    return this.#queue(async () => {
      await this.#write(await changeFile(this.#file, ring, changes));
      ring.change(changes);
    });
  }

  /** When the newest recovery key was made (UTC ms) and whether both parts were handed out; null where there is none. */
  get recovery(): Pick<RecoverySlot, 'madeMs' | 'isHandedOut'> | null {
    return this.#file.recovery ?? null;
  }

  /** When the recovery key was made that its two keepers hold; null where they hold none. */
  get recoveryInHand(): Pick<RecoverySlot, 'madeMs'> | null {
    return inHand(this.#file) ?? null;
  }

  /**
   * Makes a recovery key. The one that its keepers hold opens beside it until both parts of the new one are confirmed: a power cut in
   * between leaves the office one way back. The caller zeroes the parts.
   */
  createRecovery(ring: KeyRing, nowMs: number): Promise<RecoveryParts> {
    return this.#queue(async () => {
      const { slot, parts } = makeRecovery(this.#file, ring, nowMs);
      await this.#write(withRecovery(this.#file, slot));
      return parts;
    });
  }

  /** Both parts are in the hands of those who keep them; a former one opens nothing any more. */
  confirmRecovery(): Promise<void> {
    return this.#queue(() => this.#write(withConfirmed(this.#file)));
  }

  /** Opens every key by both parts; wrong ones are waited for as wrong passwords are. Throws KEYSLOTS_DAMAGED. */
  openRecovery(parts: RecoveryParts): Promise<Result<KeyRing, RecoveryFault>> {
    return this.#queue(async () => {
      const { recovery } = this.#file;
      if (recovery === undefined) return err({ kind: 'no-recovery-key' });
      const remainingMs = waitLeft(recovery.attempts, this.#run);
      if (remainingMs > 0) return err({ kind: 'wait', remainingMs });
      const attempts = countFailure(recovery.attempts, this.#run);
      await this.#write({ ...this.#file, recovery: { ...recovery, attempts } });
      const opened = await openEither(this.#file, parts);
      if (opened === undefined) return err({ kind: 'wrong-parts' });
      const ring = new KeyRing(opened.keys);
      zeroAll(opened.keys);
      try {
        await this.#write(opened.file);
        return ok(ring);
      } catch (error) {
        ring.zero();
        throw error;
      }
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

  /** `login`: 1 where the try is one at the way in, told of by whoever comes in next; 0: its own act tells. */
  async #try(
    attempt: SlotTry,
    login: 0 | 1 = 0,
  ): Promise<Result<{ slot: Slot; keys: Keys }, OpenFault>> {
    const slot = this.#slot(attempt.badge);
    if (slot === undefined) return err({ kind: 'unknown-user' });
    const gate = this.gate(attempt.badge);
    if (gate.kind !== 'open') return err(gate);
    if (slot.token !== undefined && attempt.token === undefined)
      return err({ kind: 'needs-token', token: slot.token });
    if (slot.factors.includes('machine') && attempt.machine === undefined)
      return err({ kind: 'needs-machine' });
    const counted = countFailure(this.#attempts(slot.badge), this.#run);
    await this.#write({
      ...this.#file,
      attempts: { ...this.#file.attempts, [slot.badge]: counted },
      untold: untoldWith(this.#file, slot.badge, login),
    });
    const opened = await openWith(this.#file, slot, attempt);
    return opened === undefined
      ? err({ kind: 'wrong-password', triesLeft: triesLeft(counted) })
      : ok(opened);
  }

  async #put(input: NewSlot, notes: KeyslotFile['recovered'] = []): Promise<SlotSummary> {
    if (!BadgeSchema.safeParse(input.badge).success)
      throw new RangeError('keyslots: malformed badge');
    const slot = await makeSlot(this.#file, input);
    const others = this.#file.slots.filter(({ badge }) => badge !== input.badge);
    const attempts = this.#attemptsWithout(input.badge);
    const recovered = [...this.recovered, ...notes].slice(-MAX_NOTES);
    await this.#write({ ...this.#file, slots: [...others, slot], attempts, recovered });
    return summaryOf(slot);
  }

  /** Writes an opened slot, and that its password was right. */
  #replace(slot: Slot, login: 0 | 1 = 0): Promise<void> {
    const slots = this.#file.slots.map((old) => (old.slotId === slot.slotId ? slot : old));
    return this.#write({
      ...this.#file,
      slots,
      attempts: this.#attemptsWithout(slot.badge),
      untold: untoldWith(this.#file, slot.badge, -login),
    });
  }

  #slot(badge: string): Slot | LegacySlot | undefined {
    return this.#file.slots.find((slot) => slot.badge === badge);
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
    const text = serializeKeyslots(file);
    await writeAtomically(this.#path, text);
    this.#file = file;
    this.#onDisk = Buffer.from(text, 'utf8');
  }

  /** Only for who has no session yet: in one, what was edited on the disk is written over (DECISIONS.md). */
  async #demandOurs(): Promise<void> {
    const bytes = await readFile(this.#path).catch(() => null);
    if (bytes === null || this.#onDisk === null || bytes.equals(this.#onDisk)) return;
    throw new AppError('STORE_IN_USE', {}, 'keyslots.json was written meanwhile');
  }

  #queue<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** Tries that are to be told, with so many more or fewer of a badge. */
function untoldWith(
  { untold = {} }: KeyslotFile,
  badge: string,
  more: number,
): Readonly<Record<string, number>> {
  const others = Object.entries(untold).filter(([name]) => name !== badge);
  const before = Object.hasOwn(untold, badge) ? (untold[badge] ?? 0) : 0;
  const tries = Math.min(MOST_UNTOLD, before + more);
  return Object.fromEntries(tries > 0 ? [...others, [badge, tries]] : others);
}

function zeroAll(keys: Keys): void {
  for (const key of Object.values(keys)) key.fill(0);
}
