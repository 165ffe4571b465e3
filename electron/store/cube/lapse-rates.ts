import type { Cube } from './cube';
import { type LapseLook, outcomesOf, type RateOf, type Rates } from './lapse-look';

/** An employer with few outcomes counts as if so many of the average stood beside them. */
const AVERAGE_OUTCOMES = 8;

/** Former lapse rates by employer, training body, industry and region, from looks whose outcomes are known. */
export class LapseRates implements Rates {
  private readonly ended: Readonly<Record<RateOf, Float64Array>>;
  private readonly lapsed: Readonly<Record<RateOf, Float64Array>>;
  private endedAll = 0;
  private lapsedAll = 0;

  constructor(private readonly cube: Cube) {
    const make = (): Record<RateOf, Float64Array> => ({
      company: new Float64Array(cube.companies.values.length + 1),
      body: new Float64Array(cube.bodies.values.length + 1),
      industry: new Float64Array(256),
      region: new Float64Array(cube.regions.values.length),
    });
    this.ended = make();
    this.lapsed = make();
  }

  add(look: LapseLook): void {
    const outcomes = outcomesOf(look);
    look.rows.forEach((row, i) => {
      const lapse = outcomes[i] ?? 0;
      this.endedAll++;
      this.lapsedAll += lapse;
      for (const of of ['company', 'body', 'industry', 'region'] as const) {
        const number = this.cube[of][row] ?? 0;
        const { [of]: ended } = this.ended;
        const { [of]: lapsed } = this.lapsed;
        ended[number] = (ended[number] ?? 0) + 1;
        lapsed[number] = (lapsed[number] ?? 0) + lapse;
      }
    });
  }

  /** Logits above the rate of all, drawn towards it where little is known; 0 where nothing is. */
  of(of: RateOf, number: number): number {
    const ended = this.ended[of][number] ?? 0;
    if (ended === 0 || this.lapsedAll === 0 || this.lapsedAll === this.endedAll) return 0;
    const usual = this.lapsedAll / this.endedAll;
    const rate =
      ((this.lapsed[of][number] ?? 0) + AVERAGE_OUTCOMES * usual) / (ended + AVERAGE_OUTCOMES);
    return Math.log(rate / (1 - rate)) - Math.log(usual / (1 - usual));
  }
}
