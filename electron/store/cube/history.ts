import type { DayColumn } from './day-column';

/** One event of a certificate as far as it changes dates or the issuer's status. */
export interface PastEvent {
  readonly type: number;
  readonly day: number;
  readonly validTo: number | null;
  readonly reviewDue: number | null;
}

/**
 * Events of all certificates, packed, some eleven bytes each: those of one row of the cube stand together, in their order.
 */
export class History {
  constructor(
    /** Place of each row's first event, and one more: how many there are. */
    readonly starts: Uint32Array,
    readonly type: Uint8Array,
    readonly day: DayColumn,
    /** NONE where the event sets no end. */
    readonly validTo: DayColumn,
    /** 0 where there is none. */
    readonly reviewDue: DayColumn,
  ) {}

  /** Rows of the cube that it knows: later ones have no events in it. */
  get rows(): number {
    return this.starts.length - 1;
  }

  /** Overwrites what it holds. */
  zero(): void {
    this.starts.fill(0);
    this.type.fill(0);
    for (const column of [this.day, this.validTo, this.reviewDue]) column.zero();
  }
}
