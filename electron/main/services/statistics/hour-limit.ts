import { AppError } from '../../../../shared/errors/app-error';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** So many acts within any hour. */
export class HourLimit {
  private times: number[] = [];

  constructor(private readonly most: number) {}

  /** Throws STATISTICS_LIMIT with the minutes to wait. */
  take(nowMs: number): void {
    // Acts of later than now are of a clock that was ahead, until the centre put it right: nobody waits a year for them.
    this.times = this.times.filter((ms) => ms > nowMs - HOUR_MS && ms <= nowMs);
    const [oldest = nowMs] = this.times;
    if (this.times.length >= this.most)
      throw new AppError('STATISTICS_LIMIT', {
        minutes: Math.max(1, Math.ceil((oldest + HOUR_MS - nowMs) / MINUTE_MS)),
      });
    this.times.push(nowMs);
  }
}
