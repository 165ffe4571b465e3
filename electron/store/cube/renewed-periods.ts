/** Periods of certificates that a later event extended: certificate and last day of the old period. */
export class RenewedPeriods {
  private readonly ends = new Map<number, number[]>();
  private certificates = new Float64Array(0);
  private days = new Int32Array(0);
  private isPacked = true;

  /** Replaces the periods of one certificate. */
  set(certificate: number, ends: readonly number[]): void {
    if (ends.length === 0) this.ends.delete(certificate);
    else this.ends.set(certificate, [...ends]);
    this.isPacked = false;
  }

  /** Tells every period that ended within the days, both inclusive. */
  eachEnded(from: number, until: number, tell: (certificate: number) => void): void {
    if (!this.isPacked) this.pack();
    for (let i = 0; i < this.days.length; i++) {
      const day = this.days[i] ?? 0;
      if (day >= from && day <= until) tell(this.certificates[i] ?? 0);
    }
  }

  private pack(): void {
    const pairs: [number, number][] = [];
    for (const [certificate, ends] of this.ends)
      for (const end of ends) pairs.push([certificate, end]);
    this.certificates = Float64Array.from(pairs, ([certificate]) => certificate);
    this.days = Int32Array.from(pairs, ([, end]) => end);
    this.isPacked = true;
  }
}

/** Ends of periods that were extended, from the valid-to days of issue and renewals in order. */
export function renewedEnds(validTos: readonly number[]): number[] {
  return validTos.filter((end, i) => i + 1 < validTos.length && (validTos[i + 1] ?? 0) > end);
}
