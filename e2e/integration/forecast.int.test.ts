import { describe, expect, it } from 'vitest';
import { Cube } from '../../electron/store/cube/cube';
import type { History } from '../../electron/store/cube/history';
import { lapseHistory } from '../../electron/store/cube/lapse-history';
import { Making } from '../../electron/store/cube/making';
import { historyOf } from '../../electron/store/test/history-of';
import { type GenerateOptions, generateRegion } from '../../server/generate/generate';
import { trainLapseModel } from '../../shared/domain/forecast/lapse-model';
import type { Entity } from '../../shared/domain/model';

const TODAY = 20_777;

/** A generated region as the store process holds it. */
function regionOf(options: GenerateOptions): { cube: Cube; history: History } {
  const ids = new Map<Entity, number>();
  const next = (entity: Entity): number => {
    const id = (ids.get(entity) ?? 0) + 1;
    ids.set(entity, id);
    return id;
  };
  const cube = new Cube();
  const events: Record<string, number>[] = [];
  for (const { rows } of generateRegion(options, next)) {
    for (const { id, values } of rows.certificate ?? []) {
      const row = values as Record<string, number>;
      const or = (name: string): number | null => row[name] ?? null;
      cube.put({
        id,
        kind: row.kind ?? 0,
        category: or('category'),
        baseStatus: row.baseStatus ?? 0,
        region: row.region ?? 0,
        industry: row.industry ?? 0,
        validFrom: row.validFrom ?? 0,
        validTo: row.validTo ?? 0,
        reviewDue: or('reviewDue'),
        company: or('company'),
        body: or('body'),
        holder: row.holder ?? 0,
        nameId: 1,
      });
    }
    for (const { values } of rows.event ?? []) events.push(values as Record<string, number>);
  }
  events.sort((a, b) => (a.certificate ?? 0) - (b.certificate ?? 0) || (a.seq ?? 0) - (b.seq ?? 0));
  const history = historyOf(
    cube,
    events.map(
      ({ certificate = 0, type = 0, day = 0, validTo = null, reviewDue = null }) =>
        [certificate, { type, day, validTo, reviewDue }] as const,
    ),
  );
  return { cube, history };
}

describe('the lapse forecast on generated data', () => {
  // Would catch: a model that finds nothing of how people renew, or that is certain where it should not be.
  it('beats the former rates on a year that it did not see, and its probabilities come true', async () => {
    const { cube, history } = regionOf({
      region: '3306',
      certificates: 40_000,
      seed: 'forecast',
      today: TODAY,
    });
    const { examples, now } = await lapseHistory(cube, history, TODAY, new Making(1));
    const model = trainLapseModel(examples);
    if (model.state !== 'ready') throw new Error(JSON.stringify(model));
    const { backTest } = model;
    expect(backTest.model.brier).toBeLessThan(0.97 * backTest.naive.brier);
    expect(backTest.model.recall).toBeGreaterThan(1.3 * backTest.naive.recall);
    for (const { foretold, happened } of backTest.calibration)
      expect(Math.abs(foretold - happened)).toBeLessThan(0.08);
    expect(now.rows.length).toBeGreaterThan(500);
  });

  // Would catch: percentages out of a handful of cases in a small office.
  it('is hidden in a small office', async () => {
    const { cube, history } = regionOf({
      region: '3306',
      certificates: 1_500,
      seed: 'small',
      today: TODAY,
    });
    expect(
      trainLapseModel((await lapseHistory(cube, history, TODAY, new Making(1))).examples).state,
    ).toBe('thin');
  });
});
