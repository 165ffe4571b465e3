import { z } from 'zod';
import { StatusSchema } from '../../../../shared/ipc/common';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { SavedItemView } from '../../../../shared/ipc/routes/saved';
import type { Followed } from '../../../../shared/ipc/routes/watch';
import type { Standing, Subject } from '../../../store/watch-calls';
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

/** Fact of the journal: how what a user follows stood when he last looked. */
const seenFact = (userId: string): string => `follow.seen.${userId}`;

/**
 * Tells a person what changed in what he follows: certificates, persons and companies among his favourites, and his
 * saved searches. It is read from the slice whenever he asks, so that no change is missed that a synchronisation, a
 * stick or the turn of a day brought while nobody looked.
 */
export class FollowService {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: StoreCaller,
    private readonly sessions: SessionHolder,
    private readonly saved: Pick<SavedItems, 'list'>,
  ) {}

  /** What is new among the followed counts as seen from now on: there is nothing to compare it with. */
  list(): Promise<RouteOutput<'follow.list'>> {
    return this.queue(async () => {
      const now = await this.standings();
      const seen = await this.seen();
      const items: Followed[] = [];
      const kept: Seen = {};
      for (const [item, standing] of now) {
        const before = Object.hasOwn(seen, item) ? (seen[item] ?? null) : standing;
        kept[item] = before;
        items.push({
          item,
          before: figuresOf(before),
          now: figuresOf(standing),
          isChanged: before?.print !== standing?.print,
        });
      }
      await this.keep(kept, seen);
      return { items, changed: items.filter(({ isChanged }) => isChanged).length };
    });
  }

  /** The person has seen these changes. */
  see(items: readonly string[]): Promise<void> {
    return this.queue(async () => {
      const now = await this.standings();
      const seen = await this.seen();
      const next = { ...seen };
      for (const item of items) if (now.has(item)) next[item] = now.get(item) ?? null;
      await this.keep(next, seen);
    });
  }

  private async standings(): Promise<Map<string, Kept | null>> {
    const { items } = await this.saved.list();
    const followed = items.flatMap((one) => {
      const subject = subjectOf(one);
      return subject === null ? [] : [{ item: one.item, subject }];
    });
    if (followed.length === 0) return new Map();
    const read = await this.store.call('watchRead', {
      subjects: followed.map(({ subject }) => subject),
    });
    return new Map(followed.map(({ item }, i) => [item, keptOf(read[i] ?? null)]));
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

const keptOf = (standing: Standing | null): Kept | null =>
  standing === null
    ? null
    : { count: standing.count, byStatus: standing.byStatus, print: standing.print };

const figuresOf = (kept: Kept | null): Followed['now'] =>
  kept === null ? null : { count: kept.count, byStatus: { ...kept.byStatus } };

/** Null for what cannot be followed: columns, items of a newer program, searches for digits. */
function subjectOf({ body }: SavedItemView): Subject | null {
  if (body?.kind === 'favourite') return { kind: body.subject, id: body.id };
  if (body?.kind !== 'search' || /\d/.test(body.text.normalize('NFKC'))) return null;
  // One whose days follow the day would be another search every day.
  if (body.period !== undefined) return null;
  return { kind: 'search', text: body.text.slice(0, 64), filter: body.filter };
}
