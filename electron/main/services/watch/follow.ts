import { z } from 'zod';
import { periodDays } from '../../../../shared/domain/saved/moving-period';
import { StatusSchema } from '../../../../shared/ipc/common';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { SavedItemView } from '../../../../shared/ipc/routes/saved';
import type { Followed } from '../../../../shared/ipc/routes/watch';
import { type Day, dayInShanghai } from '../../../../shared/kernel/day';
import type { Standing, Subject, WatchAnswer } from '../../../store/watch-calls';
import type { StoreCaller } from '../../clients/store-client';
import type { SavedItems } from '../saved/saved-items';
import type { SessionHolder } from '../unlock/session';

/** What is kept of a subject from one look to the next: no name, no number. */
const SeenSchema = z.record(
  z.string(),
  z
    .strictObject({
      count: z.number().int(),
      byStatus: z.partialRecord(StatusSchema, z.number().int()),
      print: z.string(),
    })
    .nullable(),
);
type Seen = z.infer<typeof SeenSchema>;
type Kept = Omit<Standing, 'label'>;
type Now = Kept | null | 'withheld';

/** Followed searches for digits at most: each new answer counts among what a person may ask in an hour. */
const MOST_DIGITS = 20;

/** Fact of the journal: how what a user follows stood when he last looked. */
const seenFact = (userId: string): string => `follow.seen.${userId}`;

/**
 * Tells a person what changed in what he follows: certificates, persons and companies among his favourites, and his
 * saved searches. It is read from the slice whenever he asks, so that no change is missed that a synchronisation, a
 * stick or the turn of a day brought while nobody looked.
 */
export class FollowService {
  private turn: Promise<unknown> = Promise.resolve();
  /** Prints that were told since the start, by item. */
  private readonly told = new Map<string, string>();

  constructor(
    private readonly store: StoreCaller,
    private readonly sessions: SessionHolder,
    private readonly saved: Pick<SavedItems, 'list'>,
    private readonly highestMs: () => number,
  ) {}

  /** What is new among the followed counts as seen from now on: there is nothing to compare it with. */
  list(): Promise<RouteOutput<'follow.list'>> {
    return this.queue(async () => {
      const seen = await this.seen();
      const now = await this.standings(seen);
      const items: Followed[] = [];
      const kept: Seen = {};
      for (const [item, standing] of now) {
        if (standing === 'withheld') {
          const before = seen[item];
          if (before !== undefined) kept[item] = before;
          const told = figuresOf(before ?? null);
          items.push({ item, before: told, now: told, isChanged: false, isWithheld: true });
          continue;
        }
        const before = Object.hasOwn(seen, item) ? (seen[item] ?? null) : standing;
        kept[item] = before;
        items.push({
          item,
          before: figuresOf(before),
          now: figuresOf(standing),
          isChanged: before?.print !== standing?.print,
          isWithheld: false,
        });
      }
      await this.keep(kept, seen);
      return { items, changed: items.filter(({ isChanged }) => isChanged).length };
    });
  }

  /** The person has seen these changes. */
  see(items: readonly string[]): Promise<void> {
    return this.queue(async () => {
      const seen = await this.seen();
      const now = await this.standings(seen);
      const next = { ...seen };
      for (const item of items) {
        const standing = now.get(item);
        if (standing !== undefined && standing !== 'withheld') next[item] = standing;
      }
      await this.keep(next, seen);
    });
  }

  private async standings(seen: Seen): Promise<Map<string, Now>> {
    const { items } = await this.saved.list();
    const today = dayInShanghai(this.highestMs());
    let digits = 0;
    const followed = items.flatMap((one) => {
      const known = this.told.get(one.item) ?? seen[one.item]?.print ?? null;
      const subject = subjectOf(one, today, known);
      if (subject?.kind === 'search' && hasDigits(subject.text) && ++digits > MOST_DIGITS)
        return [];
      return subject === null ? [] : [{ item: one.item, subject }];
    });
    if (followed.length === 0) return new Map();
    const read = await this.store.call('watchRead', {
      subjects: followed.map(({ subject }) => subject),
    });
    const now = new Map(followed.map(({ item }, i) => [item, keptOf(read[i] ?? null)]));
    for (const [item, standing] of now)
      if (standing !== null && standing !== 'withheld') this.told.set(item, standing.print);
    return now;
  }

  private async seen(): Promise<Seen> {
    const { userId } = this.sessions.demand().view;
    const text = await this.store.call('factGet', { name: seenFact(userId) });
    if (text === null) return {};
    return SeenSchema.safeParse(JSON.parse(text)).data ?? {};
  }

  private async keep(next: Seen, before: Seen): Promise<void> {
    const value = JSON.stringify(next);
    if (value === JSON.stringify(before)) return;
    const { userId } = this.sessions.demand().view;
    await this.store.call('factSet', { name: seenFact(userId), value });
  }

  private queue<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.turn.then(act);
    this.turn = turn.catch(() => undefined);
    return turn;
  }
}

const keptOf = (standing: WatchAnswer): Now =>
  standing === null || standing === 'withheld'
    ? standing
    : { count: standing.count, byStatus: standing.byStatus, print: standing.print };

const figuresOf = (kept: Kept | null): Followed['now'] =>
  kept === null ? null : { count: kept.count, byStatus: { ...kept.byStatus } };

const hasDigits = (text: string): boolean => /\d/.test(text.normalize('NFKC'));

/** Null for what cannot be followed: columns, items of a newer program. A moving period has the days of today. */
function subjectOf({ body }: SavedItemView, today: Day, known: string | null): Subject | null {
  if (body?.kind === 'favourite') return { kind: body.subject, id: body.id };
  if (body?.kind !== 'search') return null;
  const text = body.text.slice(0, 64);
  if (body.period === undefined) return { kind: 'search', text, filter: body.filter, known };
  const { first, last } = periodDays(body.period, today);
  const filter = { ...body.filter, validToFrom: first, validToUntil: last };
  return { kind: 'search', text, filter, known };
}
