import { expect, it } from 'vitest';
import { BatchService } from './batch';

type Parts = ConstructorParameters<typeof BatchService>[0];

const summary = { rows: 2, headings: ['号'], sample: [], guess: { number: 0 } };

function service() {
  let opened: (() => void)[] = [];
  let fail: (error: Error) => void = () => undefined;
  const batch = new BatchService({
    store: { call: async () => ({}) },
    sessions: { demand: () => ({ view: { userId: 'U' } }) },
    events: { emit: () => undefined },
    tables: {
      open: () => new Promise((resolve) => opened.push(() => resolve(summary))),
      listed: () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
      tried: async () => ({ ready: 2, faults: [] }),
      stop: () => fail(new Error('ended')),
    },
    nowMs: Date.now,
    isEmergency: () => false,
    chooseList: async () => '/a.csv',
  } as unknown as Parts);
  const settle = () => {
    for (const one of opened) one();
    opened = [];
  };
  return { batch, settle };
}

// Bug: a list that is opened while another one is judged takes its place under the run, whose result then is half of each,
// under the first one's title, and is signed so.
it('opens no list while another one is read or judged', async () => {
  const { batch, settle } = service();
  const first = batch.openDropped('a.csv', '/a.csv');
  await expect(batch.openDropped('b.csv', '/b.csv')).rejects.toMatchObject({ code: 'BUSY' });
  settle();
  await first;
  const run = batch.run({ number: 0 }).catch((error: unknown) => error);
  await expect(batch.openDropped('b.csv', '/b.csv')).rejects.toMatchObject({ code: 'BUSY' });
  await expect(batch.openChosen()).rejects.toMatchObject({ code: 'BUSY' });
  batch.cancel();
  await run;
  const next = batch.openDropped('b.csv', '/b.csv');
  settle();
  expect((await next).rows).toBe(2);
});

// Bug: a dry run of a list that nobody opened, by a name alone, or one that takes the list away from the run after it.
it('tries the list that is open, by columns that can be judged', async () => {
  const { batch, settle } = service();
  await expect(batch.try({ number: 0 })).rejects.toMatchObject({ code: 'TABLE_CLOSED' });
  const opening = batch.openDropped('a.csv', '/a.csv');
  settle();
  await opening;
  await expect(batch.try({ name: 0 })).rejects.toMatchObject({ code: 'TABLE_COLUMNS' });
  expect(await batch.try({ number: 0 })).toEqual({ ready: 2, faults: [] });
  expect((await batch.try({ number: 0 })).ready).toBe(2);
});
