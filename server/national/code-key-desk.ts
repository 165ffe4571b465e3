import { dayFromIso } from '../../shared/kernel/day';
import { type Agreed, demandTwo } from '../control/two-persons-rule';
import type { SqlRunner } from '../store/sql-client';
import type { NationalDesk } from './national-desk';

/** What another centre is called, and its first and last day (ISO). */
export interface CodeKeysHow {
  readonly name: string;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** Keys of other centres' codes: who is added here may call any certificate genuine. All throw RangeError. */
export class CodeKeyDesk {
  constructor(
    private readonly runner: SqlRunner,
    private readonly national: NationalDesk,
  ) {}

  /** Adds the keys of a file that another centre handed out, and publishes them. */
  async add(file: string, { name, from, until }: CodeKeysHow, agreed: Agreed | null = null) {
    await demandTwo(this.runner, 'trusting the codes of another centre', agreed);
    const fromDay = from === undefined ? 0 : dayFromIso(from);
    const untilDay = until === undefined ? null : dayFromIso(until);
    if (untilDay !== null && untilDay < fromDay) throw new RangeError('until lies before from');
    this.national.trust(file, { name, fromDay, untilDay });
    await this.national.publish();
  }

  /** Takes another centre's key away, and publishes that. */
  async remove(key: string, agreed: Agreed | null = null): Promise<void> {
    await demandTwo(this.runner, 'taking the codes of another centre away', agreed);
    if (!this.national.distrust(key))
      throw new RangeError(`no other centre's key is called ${key}`);
    await this.national.publish();
  }
}
