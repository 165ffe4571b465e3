import { listAdmins } from '../store/admins';
import type { SqlRunner } from '../store/sql-client';

/** From so many registered persons on, no administrative act is done by one alone. */
export const RULE_FROM = 2;

/** Stands for the signatures of two persons. Only the act desk makes one, for what it has checked. */
export class Agreed {
  constructor(readonly act: string) {}
}

/**
 * Throws RangeError where two persons administer this centre and the act does not come from both of them. A centre that is
 * being set up, or that serves practice alone, has none registered and is administered by whoever runs it.
 */
export async function demandTwo(
  runner: SqlRunner,
  what: string,
  agreed: Agreed | null,
): Promise<void> {
  if (agreed !== null) return;
  if ((await listAdmins(runner)).length >= RULE_FROM)
    throw new RangeError(`${what} takes two persons' signatures here: central act-draft begins it`);
}
