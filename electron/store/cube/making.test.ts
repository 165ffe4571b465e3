import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LapseExamples } from '../../../shared/domain/forecast/features';
import { EVENT_TYPES } from '../../../shared/domain/model';
import { parseRulePack } from '../../../shared/protocol/rule-pack';
import { historyOf } from '../test/history-of';
import { Cube } from './cube';
import type { History, PastEvent } from './history';
import { LapseKeeper } from './lapse-keeper';
import { LapseSchool } from './lapse-school';
import { Made } from './making';
import { TREND_POINTS, TrendColumns } from './past';
import { pause } from './steps';

const TODAY = 20_000;
const ROWS = 60_000;
const PERIOD = 1_000;

const cube = new Cube(ROWS);
let history: History;

/** Long enough that it cannot be done within one step. */
beforeAll(() => {
  const events: [number, PastEvent][] = [];
  for (let i = 0; i < ROWS; i++) {
    const issued = TODAY - 2_200 + (i % 1_100);
    const validTo = issued + PERIOD;
    const place = { category: null, region: 330_602 + (i % 3), industry: 26, body: 1 + (i % 9) };
    const isRenewed = i % 3 > 0;
    const end = isRenewed ? validTo + PERIOD : validTo;
    const dates = { validFrom: end - PERIOD, validTo: end, reviewDue: null, baseStatus: 1 };
    cube.put({
      id: i + 1,
      kind: 3,
      company: 1 + (i % 80),
      holder: i,
      nameId: 1,
      ...place,
      ...dates,
    });
    events.push([i + 1, { type: EVENT_TYPES.issued, day: issued, validTo, reviewDue: null }]);
    if (isRenewed) {
      const renewed = { validTo: validTo + PERIOD, reviewDue: null };
      events.push([i + 1, { type: EVENT_TYPES.renewed, day: validTo - 20, ...renewed }]);
    }
  }
  history = historyOf(cube, events);
});

const parsed = parseRulePack(
  JSON.parse(
    readFileSync(
      resolve(import.meta.dirname, '../../../resources/rule-packs/national-2026.11.1.json'),
      'utf8',
    ),
  ),
);
if (!parsed.ok) throw new Error('rule pack');
const pack = parsed.value;

const trend = (): Made<TrendColumns> =>
  new Made(TODAY, TREND_POINTS, (making) =>
    TrendColumns.build(cube, history, { pack, day: TODAY }, making),
  );
const keeper = (): LapseKeeper =>
  new LapseKeeper(TODAY, Promise.resolve([{ cube }, history] as const));

describe('what takes longer than a moment', { timeout: 60_000 }, () => {
  // Bug: a year that others wait for as a whole, or that says nothing of how far it is.
  it('lets others in between, and says how far it is', async () => {
    const made = trend();
    const seen = new Set<number>();
    let turns = 0;
    for (; made.howFar !== null; turns++) {
      seen.add(made.howFar.done);
      await pause();
    }
    expect(seen.size).toBeGreaterThan(5);
    expect([...seen]).toEqual([...seen].sort((a, b) => a - b));
    expect(Math.max(...seen)).toBeLessThanOrEqual(TREND_POINTS);
    // More than one for each point: a point of a large office takes as long as a click may.
    expect(turns).toBeGreaterThan(2 * TREND_POINTS);
    expect((await made.result).under(cube, {}, ['33'])).toHaveLength(TREND_POINTS);
  });

  // Bug: a stop that the work goes on behind, or after which whoever waits waits for ever.
  it('ends soon after it was called off, and says so', async () => {
    const made = trend();
    await pause();
    made.making.callOff();
    await expect(made.result).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(made.howFar).toBeNull();
  });

  // Bug: a forecast that cannot be stopped while it looks back, or that answers from half of its looks.
  it('stops looking back', async () => {
    const former = keeper();
    const lesson = former.lesson();
    await pause();
    expect(former.howFar).toMatchObject({ done: 0 });
    former.callOff();
    await expect(lesson).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(former.howFar).toBeNull();
    const whole = await keeper().lesson();
    expect(whole?.examples.outcomes.length).toBeGreaterThan(1_000);
  });

  // Bug: learning in the other thread that goes on after the page was told that it stopped.
  it('stops learning', async () => {
    const { examples } = (await keeper().lesson()) as { examples: LapseExamples };
    const school = new LapseSchool();
    const learned = school.learn(examples);
    await pause();
    school.stop();
    await expect(learned).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await school.learn(examples)).state).not.toBe('thin');
  });
});
