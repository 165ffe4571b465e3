/** A day that no record has. */
export const NONE = -0x7fffffff;

/** Distances from the least day that two bytes hold; 0 stands for an absent one. */
const MAX_SPAN = 0xfffe;

/** Days of many records in the narrowest column that holds them; an absent one is read as `otherwise`. */
export class DayColumn {
  private constructor(
    private readonly days: Uint16Array | Int32Array,
    private readonly under: number,
    private readonly absent: number,
    private readonly otherwise: number,
  ) {}

  /** Room for so many days, all of them between two; absent where there is none at all. */
  static between(
    count: number,
    [least, most]: readonly [least: number, most: number],
    otherwise: number,
  ): DayColumn {
    if (!(most - least > MAX_SPAN))
      return new DayColumn(new Uint16Array(count), (least <= most ? least : 1) - 1, 0, otherwise);
    return new DayColumn(new Int32Array(count).fill(NONE), 0, NONE, otherwise);
  }

  set(at: number, day: number): void {
    this.days[at] = day === NONE ? this.absent : day - this.under;
  }

  at(at: number): number {
    const day = this.days[at] ?? 0;
    return day === this.absent ? this.otherwise : day + this.under;
  }

  /** Overwrites what it holds. */
  zero(): void {
    this.days.fill(0);
  }
}
