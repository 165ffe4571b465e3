const FIRST_ROOM = 1_024;

/** Pairs of a row in the cube and a day, packed. */
export class RowDays {
  length = 0;
  private rows = new Uint32Array(FIRST_ROOM);
  private days = new Int32Array(FIRST_ROOM);

  add(row: number, day: number): void {
    if (this.length === this.rows.length) {
      const [rows, days] = [new Uint32Array(2 * this.length), new Int32Array(2 * this.length)];
      rows.set(this.rows);
      days.set(this.days);
      [this.rows, this.days] = [rows, days];
    }
    this.rows[this.length] = row;
    this.days[this.length++] = day;
  }

  row(at: number): number {
    return this.rows[at] ?? 0;
  }

  day(at: number): number {
    return this.days[at] ?? 0;
  }

  /** Rows of those days, both inclusive, as often as they stand there. */
  rowsWithin(from: number, until: number): Uint32Array {
    const found = new Uint32Array(this.length);
    let count = 0;
    for (let at = 0; at < this.length; at++) {
      const day = this.day(at);
      if (day >= from && day <= until) found[count++] = this.row(at);
    }
    return found.slice(0, count);
  }
}
