import { beforeEach, describe, expect, it } from 'vitest';
import type { SavedBody, SavedItemView } from '../../../../shared/ipc/routes/saved';
import { dayFromIso } from '../../../../shared/kernel/day';
import type { Subject, WatchAnswer } from '../../../store/watch-calls';
import type { StoreCaller } from '../../clients/store-client';
import type { SessionHolder } from '../unlock/session';
import { FollowService } from './follow';

const standing = (count: number, print = String(count)) => ({
  label: null,
  count,
  byStatus: { valid: count },
  print,
});

describe('what a person follows', () => {
  let facts: Record<string, string> = {};
  let bodies: SavedBody[] = [];
  let asked: readonly Subject[] = [];
  let answer: (subject: Subject) => WatchAnswer = () => standing(1);
  let nowMs = 0;
  let follow: FollowService;

  beforeEach(() => {
    facts = {};
    bodies = [];
    answer = () => standing(1);
    nowMs = Date.UTC(2026, 10, 28, 4);
    const calls: Record<string, (input: never) => unknown> = {
      factGet: ({ name }: { name: string }) => facts[name] ?? null,
      factSet: ({ name, value }: { name: string; value: string }) => {
        facts[name] = value;
      },
      watchRead: ({ subjects }: { subjects: readonly Subject[] }) => {
        asked = subjects;
        return subjects.map((one) => answer(one));
      },
    };
    const store = {
      call: async (name: string, input: never) => calls[name]?.(input),
    } as unknown as StoreCaller;
    const sessions = { demand: () => ({ view: { userId: 'u1' } }) } as unknown as SessionHolder;
    const saved = {
      list: async () => ({
        items: bodies.map((body, i) => ({ item: `i${i}`, title: '', body }) as SavedItemView),
        most: 500,
      }),
    };
    follow = new FollowService(store, sessions, saved, () => nowMs);
  });

  // Bug: a period that stays where it was when it was saved, so that "the next 30 days" are long over.
  it('asks a moving period with the days of today', async () => {
    bodies = [{ kind: 'search', text: '', filter: { validToFrom: 1 }, period: 'next-30' }];
    await follow.list();
    const day = dayFromIso('2026-11-28');
    const days = (from: number) => ({ filter: { validToFrom: from, validToUntil: from + 30 } });
    expect(asked).toMatchObject([days(day)]);
    nowMs += 86_400_000;
    answer = () => standing(2);
    expect(await follow.list()).toMatchObject({ changed: 1 });
    expect(asked).toMatchObject([days(day + 1)]);
  });

  // Bug: digits asked anew at every look, which fills the log; or an answer told that was never logged.
  it('says to the store which answer was told last, also after a restart', async () => {
    bodies = [{ kind: 'search', text: '１２３４', filter: {} }];
    await follow.list();
    expect(asked).toMatchObject([{ text: '１２３４', known: null }]);
    answer = () => standing(2);
    await follow.list();
    await follow.list();
    expect(asked).toMatchObject([{ known: '2' }]);
    expect(JSON.stringify(facts)).not.toMatch(/１２３４|1234/);
  });

  // Bug: what was withheld counts as gone, or as seen, so that the change is never told.
  it('keeps a change for later that the hour has no room for', async () => {
    bodies = [{ kind: 'search', text: '1234', filter: {} }];
    await follow.list();
    answer = () => 'withheld';
    const held = await follow.list();
    expect(held).toMatchObject({ changed: 0, items: [{ isWithheld: true, now: { count: 1 } }] });
    await follow.see(['i0']);
    answer = () => standing(2);
    expect(await follow.list()).toMatchObject({ changed: 1, items: [{ before: { count: 1 } }] });
  });

  // Bug: hundreds of followed numbers as a way to ask more than an hour allows.
  it('follows twenty searches for digits and any number of others', async () => {
    const search = (text: string): SavedBody => ({ kind: 'search', text, filter: {} });
    bodies = Array.from({ length: 60 }, (_, n) => search(n % 2 === 0 ? `${1000 + n}` : '张'));
    await follow.list();
    expect(asked).toHaveLength(50);
    expect(asked.filter((one) => one.kind === 'search' && /\d/.test(one.text))).toHaveLength(20);
  });
});
