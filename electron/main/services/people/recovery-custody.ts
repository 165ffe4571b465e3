import { randomInt } from 'node:crypto';
import { AppError } from '../../../../shared/errors/app-error';
import { formatRecoveryPart, type RecoveryPart } from '../../../../shared/protocol/recovery-code';
import type { RecoveryParts } from '../../../crypto/recovery-slot';
import type { SessionListener } from '../unlock/unlock';

/** Characters of the asked group that the keeper types back. */
const TYPED_BACK = 4;

/** What the recovery window shows: one part at a time. */
export interface ShownPart {
  readonly part: RecoveryPart;
  readonly groups: readonly string[];
  /** Number of the group, from 1, whose first four characters are typed back. */
  readonly askedGroup: number;
}

/**
 * Holds the parts of a new recovery key until they are handed out, each until it is confirmed: in main's memory
 * alone, zeroed at confirmation, at the lock and with the program's end. The main page never gets them.
 */
export class RecoveryCustody implements SessionListener {
  /** `onEmpty`: nothing is left to show. */
  constructor(private readonly onEmpty: () => void) {}

  private readonly held = new Map<RecoveryPart, { bytes: Uint8Array; askedGroup: number }>();

  /** Takes the parts over; parts of an older key are forgotten. */
  hold({ a, b }: RecoveryParts): void {
    this.zero();
    this.held.set('a', { bytes: a, askedGroup: randomInt(1, 9) });
    this.held.set('b', { bytes: b, askedGroup: randomInt(1, 9) });
  }

  get isHolding(): boolean {
    return this.held.size > 0;
  }

  /** The next part to hand out. Throws RECOVERY_PARTS_GONE. */
  show(): ShownPart {
    const [first] = this.held;
    if (first === undefined) throw new AppError('RECOVERY_PARTS_GONE');
    const [part, { bytes, askedGroup }] = first;
    return { part, groups: formatRecoveryPart(part, bytes), askedGroup };
  }

  /** The part that is shown behind the present one; null where that is the last. */
  get following(): RecoveryPart | null {
    const [, second] = this.held.keys();
    return second ?? null;
  }

  /** Whether the keeper of the shown part typed the asked characters back. Throws RECOVERY_PARTS_GONE. */
  isTyped(typed: string): boolean {
    const { groups, askedGroup } = this.show();
    const asked = (groups[askedGroup - 1] ?? '').slice(0, TYPED_BACK);
    const read = typed.trim().toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
    return read === asked;
  }

  /** Zeroes and forgets a part, once it is written down that its keeper has it. */
  forget(part: RecoveryPart): void {
    const one = this.held.get(part);
    if (one === undefined) return;
    one.bytes.fill(0);
    this.held.delete(part);
    if (!this.isHolding) this.onEmpty();
  }

  opened(): void {
    // The parts of an enrolment are held before the first session opens.
  }

  closing(): void {
    this.zero();
  }

  private zero(): void {
    for (const { bytes } of this.held.values()) bytes.fill(0);
    this.held.clear();
    this.onEmpty();
  }
}
