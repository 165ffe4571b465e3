import { EventColumns, RowFinder } from '../cube/build-history';
import type { Cube } from '../cube/cube';
import type { History, PastEvent } from '../cube/history';
import { atOnce } from '../cube/steps';

/** A history as the product packs it, of events given by certificate. */
export function historyOf(
  cube: Cube,
  events: Iterable<readonly [certificate: number, event: PastEvent]>,
): History {
  const all = [...events];
  const column = (of: (certificate: number, event: PastEvent, n: number) => number | null) =>
    Float64Array.from(all, ([certificate, event], n) => of(certificate, event, n) ?? Number.NaN);
  const columns = new EventColumns(all.length);
  columns.add(
    [
      column((_c, _e, n) => n + 1),
      column((certificate) => certificate),
      column((_c, _e, n) => n),
      column((_c, { type }) => type),
      column((_c, { day }) => day),
      column((_c, { validTo }) => validTo),
      column((_c, { reviewDue }) => reviewDue),
    ],
    all.length,
    new RowFinder(cube),
  );
  return atOnce(columns.sorted(cube.count));
}
