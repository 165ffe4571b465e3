import { randomBytes } from 'node:crypto';
import { AppError } from '../../../../shared/errors/app-error';
import type { ParsedInput, RouteOutput } from '../../../../shared/ipc/contract';
import type { FollowUp } from '../../../../shared/ipc/routes/reports';
import type { VisitSelection } from '../../../../shared/ipc/routes/visits';
import { ulid } from '../../../../shared/kernel/ids';
import type { StoreCaller } from '../../clients/store-client';
import type { NowMs } from '../ports';
import type { SessionHolder } from '../unlock/session';
import type { SelectedVisits } from './visit-selection';

const MOST = 500;

/** What a person means to look at on site, ticked off there; kept on this device alone. */
export class FollowUps {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: {
      readonly store: StoreCaller;
      readonly sessions: SessionHolder;
      readonly nowMs: NowMs;
      /** Whom a selection holds now. */
      selected(selection: VisitSelection): Promise<SelectedVisits>;
    },
  ) {}

  /** Open ones first, each part newest first. */
  async list(): Promise<FollowUp[]> {
    const text = await this.parts.store.call('factGet', { name: this.factName() });
    return text === null ? [] : (JSON.parse(text) as FollowUp[]);
  }

  /** A certificate that is on the list and open is not put there twice. Throws SITE_FULL. */
  add({ certificate, title, note, company }: ParsedInput<'followups.add'>): Promise<FollowUp[]> {
    return this.change((items) => {
      const isThere = items.some(
        (one) => certificate !== null && one.certificate === certificate && one.doneMs === null,
      );
      if (isThere) return items;
      if (items.length >= MOST) throw new AppError('SITE_FULL', { limit: MOST });
      const addedMs = this.parts.nowMs();
      const id = ulid(addedMs, randomBytes(10));
      const about = company === undefined ? {} : { company };
      return [{ id, certificate, title, note, addedMs, doneMs: null, ...about }, ...items];
    });
  }

  /** Puts what a selection holds on top, in its order, as far as there is room. */
  async addSelection(selection: VisitSelection): Promise<RouteOutput<'followups.add-selection'>> {
    const { visits, total, without, several } = await this.parts.selected(selection);
    const left = { already: 0, full: 0, beyond: 0, without, several };
    let added = 0;
    const items = await this.change((before) => {
      const open = new Set(
        before.filter(({ doneMs }) => doneMs === null).map(({ certificate }) => certificate),
      );
      const addedMs = this.parts.nowMs();
      const entries: FollowUp[] = [];
      for (const { item, reason } of visits) {
        if (open.has(item.id)) left.already++;
        else if (before.length + entries.length >= MOST) left.full++;
        else {
          open.add(item.id);
          entries.push({
            id: ulid(addedMs, randomBytes(10)),
            certificate: item.id,
            title: `${item.name} ${item.number}`.slice(0, 200),
            note: '',
            addedMs,
            doneMs: null,
            company: item.company?.slice(0, 256) ?? null,
            reason,
          });
        }
      }
      added = entries.length;
      return [...entries, ...before];
    });
    left.beyond = Math.max(0, total - visits.length - without - several);
    return { items, total, added, left };
  }

  /** Throws SITE_GONE. */
  tick(id: string, isDone: boolean): Promise<FollowUp[]> {
    return this.change((items) => {
      demand(items, id);
      const doneMs = isDone ? this.parts.nowMs() : null;
      return items.map((one) => (one.id === id ? { ...one, doneMs } : one));
    });
  }

  /** Throws SITE_GONE. */
  remove(id: string): Promise<FollowUp[]> {
    return this.change((items) => {
      demand(items, id);
      return items.filter((one) => one.id !== id);
    });
  }

  private change(how: (items: FollowUp[]) => FollowUp[]): Promise<FollowUp[]> {
    const act = this.turn.then(async () => {
      const next = how(await this.list());
      const open = next.filter(({ doneMs }) => doneMs === null);
      const items = [...open, ...next.filter(({ doneMs }) => doneMs !== null)];
      await this.parts.store.call('factSet', {
        name: this.factName(),
        value: JSON.stringify(items),
      });
      return items;
    });
    this.turn = act.catch(() => undefined);
    return act;
  }

  private factName(): string {
    return `follow-ups:${this.parts.sessions.demand().view.userId}`;
  }
}

function demand(items: readonly FollowUp[], id: string): void {
  if (!items.some((one) => one.id === id)) throw new AppError('SITE_GONE');
}
