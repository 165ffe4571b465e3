import { halfYear } from './away/half-year';
import type { BenchGroup } from './context';

/** A desk that comes back after half a year. A group of its own: the changes of half a year take the server minutes to make. */
export const away: BenchGroup = {
  run: async ({ report, office }) => halfYear(report, await office()),
};
