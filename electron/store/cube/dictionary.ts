/** Values below it are found at their place in an array. */
const NEAR = 2_097_152;

/** Values that repeat, numbered from 0 in order of first sight. */
export class Dictionary {
  readonly values: number[] = [];
  private readonly numbers = new Map<number, number>();
  /** Numbers plus 1 of small values, at their own places: a build asks three million times. */
  private near = new Uint32Array(0);

  numberOf(value: number): number {
    const isNear = value >= 0 && value < NEAR && Number.isInteger(value);
    if (isNear && value < this.near.length) {
      const known = this.near[value] ?? 0;
      if (known !== 0) return known - 1;
    }
    let number = this.numbers.get(value);
    if (number === undefined) {
      number = this.values.length;
      this.values.push(value);
      this.numbers.set(value, number);
      if (isNear) this.note(value, number);
    }
    return number;
  }

  private note(value: number, number: number): void {
    if (value >= this.near.length) {
      const wider = new Uint32Array(Math.min(NEAR, 2 * value + 1_024));
      wider.set(this.near);
      this.near = wider;
    }
    this.near[value] = number + 1;
  }

  find(value: number): number | undefined {
    return this.numbers.get(value);
  }

  /** Overwrites what it holds. */
  zero(): void {
    this.values.fill(0);
    this.numbers.clear();
    this.near.fill(0);
  }
}
