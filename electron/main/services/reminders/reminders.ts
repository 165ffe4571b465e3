import { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import { boardLists } from '../../../../shared/ipc/board-lists';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import type { Settings } from '../../../../shared/ipc/routes/app';
import {
  REMINDER_STAGES,
  type ReminderCounts,
  type ReminderList,
  ReminderListSchema,
} from '../../../../shared/ipc/routes/reminders';
import { dayInShanghai } from '../../../../shared/kernel/day';
import type { StoreCaller } from '../../clients/store-client';
import type { ServiceLog } from '../ports';
import type { SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { dueList } from './months';

/** The first look after an unlock leaves the desk time to become usable. */
const FIRST_LOOK_MS = 15_000;
const LOOK_EVERY_MS = 10 * 60_000;
const KEPT = 24;
const READERS: readonly string[] = ['inspector', 'head', 'approver'];

const WORDS: Readonly<
  Record<Settings['locale'], { readonly title: string; body(month: string, count: number): string }>
> = {
  'zh-CN': {
    title: '证哨：到期提醒名单已生成',
    body: (month, count) => `${month} 名单：90 日内应办理 ${count} 张。`,
  },
  en: {
    title: 'FieldCert: this month’s reminders',
    body: (month, count) => `${month}: due within 90 days: ${count}.`,
  },
  ug: {
    title: 'FieldCert: ئەسكەرتىش تىزىملىكى',
    body: (month, count) => `${month}: 90 كۈندە بېجىرىدىغان ${count}.`,
  },
};

export interface ReminderParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly log: ServiceLog;
  highestMs(): number;
  isEmergency(): boolean;
  locale(): Settings['locale'];
  /** Tells the desktop; counts only, because others may see the screen. */
  show(title: string, body: string): void;
}

/** Fact of the journal: a user's lists, newest first. Each user has regions of his own. */
const listsFact = (userId: string): string => `reminders.${userId}`;

/**
 * The monthly reminder lists of the person at the desk. A list is made once a month, at the first opening in it; what
 * was missed while the machine was off is made up for by that one. A list that could not be made is tried again.
 */
export class ReminderService implements SessionListener {
  private timer: NodeJS.Timeout | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: ReminderParts) {}

  opened(): void {
    const role = this.parts.sessions.current?.view.role;
    if (!this.parts.isEmergency() && role !== undefined && READERS.includes(role))
      this.lookAgainIn(FIRST_LOOK_MS);
  }

  async closing(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    await this.turn.catch(() => undefined);
  }

  /** Throws SLICE_EMPTY before the first synchronisation. */
  async list(): Promise<RouteOutput<'reminders.list'>> {
    await this.makeWhenDue();
    const day = this.today();
    return { lists: [...(await this.lists())], day, now: await this.countFrom(day) };
  }

  /** Makes the month's list unless it is there. */
  makeWhenDue(): Promise<void> {
    const turn = this.turn.catch(() => undefined).then(() => this.make());
    this.turn = turn;
    return turn;
  }

  private async make(): Promise<void> {
    const { store, sessions, log, highestMs } = this.parts;
    const { userId } = sessions.demand().view;
    const day = this.today();
    const lists = await this.lists();
    const due = dueList(lists, day);
    if (due === null) return;
    const counts = await this.countFrom(day);
    const made: ReminderList = { ...due, madeMs: highestMs(), day, counts };
    const payload = { month: due.month, ...counts };
    await store.call('auditAppend', { kind: 'reminder-list', actor: userId, payload });
    const value = JSON.stringify([made, ...lists].slice(0, KEPT));
    await store.call('factSet', { name: listsFact(userId), value });
    log.info('reminder list made', { month: due.month, missed: due.missed });
    const words = WORDS[this.parts.locale()];
    if (counts.d90 > 0) this.parts.show(words.title, words.body(due.month, counts.d90));
  }

  private async countFrom(day: number): Promise<ReminderCounts> {
    const counts: number[] = [];
    for (const stage of REMINDER_STAGES) {
      // The board's own definition: one number under one name.
      const filter = boardLists.within(day, stage);
      counts.push((await this.parts.store.call('countFilter', { filter })).count);
    }
    const [d7 = 0, d30 = 0, d60 = 0, d90 = 0] = counts;
    return { d7, d30, d60, d90 };
  }

  private async lists(): Promise<readonly ReminderList[]> {
    const { store, sessions } = this.parts;
    const { userId } = sessions.demand().view;
    const text = await store.call('factGet', { name: listsFact(userId) });
    if (text === null) return [];
    const parsed = z.array(ReminderListSchema).safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : [];
  }

  private today(): number {
    return dayInShanghai(this.parts.highestMs());
  }

  private lookAgainIn(ms: number): void {
    this.timer = setTimeout(() => {
      this.lookAgainIn(LOOK_EVERY_MS);
      void this.makeWhenDue().catch((error: unknown) => {
        // Without a slice there is nothing to list yet.
        if (error instanceof AppError && error.code === 'SLICE_EMPTY') return;
        this.parts.log.warn('reminder list not made', { reason: String(error) });
      });
    }, ms);
    this.timer.unref();
  }
}
