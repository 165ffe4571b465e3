import { STATUSES, wordOf } from '../../../shared/domain/model';
import { statusCutoffs } from '../../../shared/domain/policy/cutoffs';
import { evaluateStatus } from '../../../shared/domain/policy/evaluate-status';
import type { Filter } from '../../../shared/ipc/common';
import type { CertificateItem } from '../../../shared/ipc/routes/search';
import { RANK } from '../cube/name-index';
import type { PastDay } from '../cube/past';
import { baseStatusOf } from '../cube/read-base';
import { isRegionIn } from '../cube/row-filter';
import { type Matches, scanCube } from '../cube/scan';
import type { Desk } from './desk';
import { readItems } from './items';

interface Kept {
  readonly key: string;
  readonly version: number;
  readonly past: PastDay;
  readonly matches: Matches;
}

/** Lists behind the figures of a past day: the rows that the board of that day counts, in the state that they had. */
export class PastLists {
  /** Of the last question, for its further pages. */
  private kept: Kept | undefined;

  constructor(private readonly desk: Desk) {}

  /** Everything under a filter on a day before today; as many as the board of that day says. */
  async find(filter: Filter, day: number): Promise<Matches & { readonly unknown: number }> {
    const { matches, past } = await this.at(filter, day);
    return { ...matches, unknown: past.unknown };
  }

  /** Some of them, dates and status of that day; name, employer and region are those of now. */
  async items(
    filter: Filter,
    day: number,
    ids: Iterable<number>,
  ): Promise<readonly CertificateItem[]> {
    const { past } = await this.at(filter, day);
    const { db, rules, scopes } = this.desk;
    const cutoffs = statusCutoffs(rules.pack, day);
    return readItems(db, ids, rules)
      .filter(({ region }) => isRegionIn(Number(region), scopes))
      .map((item) => {
        const i = past.cube.indexOf(item.id);
        if (i < 0) return item;
        const { validFrom, validTo, reviewDue, baseStatus } = past.cube;
        const due = reviewDue[i] ?? 0;
        const then = {
          validFrom: validFrom[i] ?? 0,
          validTo: validTo[i] ?? 0,
          ...(due === 0 ? {} : { reviewDue: due }),
          baseStatus: baseStatusOf(baseStatus[i] ?? 0),
        };
        const answer = evaluateStatus(then, day, rules.pack, cutoffs);
        const { colour, stage, daysLeft, deciding, soon } = answer;
        // The word that the board counted it under.
        const status = wordOf(STATUSES, past.columns.status[i] ?? 0) ?? answer.status;
        const dates = {
          validFrom: then.validFrom,
          validTo: then.validTo,
          reviewDue: due === 0 ? null : due,
        };
        return { ...item, validity: { status, colour, stage, daysLeft, deciding, soon, ...dates } };
      });
  }

  private async at(filter: Filter, day: number): Promise<Kept> {
    const { warm, rules, scopes, version } = this.desk;
    const key = JSON.stringify([filter, day]);
    if (this.kept?.key === key && this.kept.version === version) return this.kept;
    const past = await warm.past(statusCutoffs(rules.pack, day));
    const matches = scanCube(past.cube, past.columns, filter, scopes, () => RANK.exact);
    this.kept = { key, version, past, matches };
    return this.kept;
  }
}
