import type { Mark, MarkedSet } from '../../shared/domain/marks/marks';
import { GrantSchema } from '../../shared/protocol/cross-region';
import { MAX_GRANT_MARKED_IDS, MAX_GRANT_MARKS } from '../../shared/protocol/marks';
import { SignedStatementSchema } from '../../shared/protocol/signed-statement';
import type { KeptGrant } from '../store/cross-grants';
import { groupsInScope, namedInScope } from '../store/cross-rows';
import { GROUP_COLUMNS, marksOfSlice } from '../store/marks';
import type { SqlRunner } from '../store/sql-client';

/** Marks in force of each region, read once while requests are told. */
export class MarksOfSlices {
  private readonly read = new Map<number, Promise<readonly Mark[]>>();

  constructor(private readonly runner: SqlRunner) {}

  of(slice: number): Promise<readonly Mark[]> {
    const known = this.read.get(slice) ?? marksOfSlice(this.runner, slice);
    this.read.set(slice, known);
    return known;
  }
}

/** One for all, where they are more than can be told one by one: better nothing of the grant is read as valid. */
const TOO_MANY = '核查标记过多，不能逐一列出';

/**
 * Marks of a grant's regions that are about certificates of its scope, naming none outside it: who is granted some of a region is not
 * told what else is under verification there.
 */
export async function marksOfGrant(
  runner: SqlRunner,
  { statement }: Pick<KeptGrant, 'statement'>,
  marks: MarksOfSlices,
): Promise<readonly Mark[]> {
  const { payload } = SignedStatementSchema.parse(JSON.parse(statement));
  const { scope } = GrantSchema.parse(JSON.parse(payload));
  const slices = [...new Set(scope.regions.map((region) => Number(region.slice(0, 4))))].sort();
  const found: Mark[] = [];
  for (const slice of slices) {
    const all = await marks.of(slice);
    if (all.length === 0) continue;
    const named = all.flatMap(({ set }) => (set.by === 'certificates' ? set.ids : []));
    const here = new Set(
      named.length === 0 ? [] : await namedInScope(runner, slice, scope, [...new Set(named)]),
    );
    const groups = new Set<string>();
    for (const by of Object.keys(GROUP_COLUMNS) as (keyof typeof GROUP_COLUMNS)[]) {
      const ids = all.flatMap(({ set }) => (set.by === by ? [set.id] : []));
      if (ids.length === 0) continue;
      for (const id of await groupsInScope(runner, slice, scope, GROUP_COLUMNS[by], ids))
        groups.add(`${by} ${id}`);
    }
    for (const mark of all) {
      const set = within(mark.set, here, groups);
      if (set !== null) found.push({ ...mark, set });
    }
  }
  return bounded(found);
}

/** What of a marked set is in the scope; null: nothing. */
function within(
  set: Mark['set'],
  here: ReadonlySet<number>,
  groups: ReadonlySet<string>,
): MarkedSet | null {
  if (set.by === 'every') return null;
  if (set.by !== 'certificates') return groups.has(`${set.by} ${set.id}`) ? set : null;
  const ids = set.ids.filter((id) => here.has(id));
  return ids.length === 0 ? null : { by: 'certificates', ids };
}

function bounded(marks: readonly Mark[]): readonly Mark[] {
  const named = marks.reduce((sum, { set }) => sum + ('ids' in set ? set.ids.length : 0), 0);
  const [first] = marks;
  if (first === undefined || (marks.length <= MAX_GRANT_MARKS && named <= MAX_GRANT_MARKED_IDS))
    return marks;
  const sinceMs = Math.min(...marks.map((one) => one.sinceMs));
  return [{ id: first.id, set: { by: 'every' }, reason: TOO_MANY, sinceMs }];
}
