import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import type { ParsedInput, RouteOutput } from '../../../../shared/ipc/contract';
import { SAVED_LIMITS, type SavedBody, SavedBodySchema } from '../../../../shared/ipc/routes/saved';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { ulid } from '../../../../shared/kernel/ids';
import {
  SavedChangesSchema as ChangesSchema,
  type SavedChangesSchema,
  SavedItemsAnswerSchema,
} from '../../../../shared/protocol/commands';
import { PATHS, savedItemsContext } from '../../../../shared/protocol/endpoints';
import type { SavedRow } from '../../../store/saved-protocol';
import type { StoreCaller } from '../../clients/store-client';
import type { OutboxService } from '../outbox/outbox';
import type { NowMs } from '../ports';
import type { Line } from '../sync/line';
import { openDeviceBox } from '../unlock/device-box';
import type { OpenSession, SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';

const EVERY_MS = 5 * 60_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** Pages of one asking; the rest comes with the next. */
const MAX_PAGES = 20;

type Changes = z.infer<typeof SavedChangesSchema>['changes'];

interface Parts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly outbox: Pick<OutboxService, 'tell'>;
  readonly nowMs: NowMs;
}

/**
 * What a person keeps for himself: favourites, searches, columns of lists. It is in the journal, goes up through the
 * outbox, and comes down on every device of the office for the same person; the newest that the centre took counts.
 */
export class SavedItems implements SessionListener {
  private askedMs = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: Parts) {}

  opened(): void {
    this.askedMs = 0;
  }

  async closing(): Promise<void> {
    await this.turn;
  }

  async list(): Promise<RouteOutput<'saved.list'>> {
    const items = (await this.rows()).map((row) => {
      const { item, title, updatedMs, isWaiting } = row;
      return { item, title, body: bodyOf(row) ?? null, updatedMs, isWaiting };
    });
    return { items, most: SAVED_LIMITS.items };
  }

  /**
   * Saves an item, or changes one: with its command and audit entry in one transaction. What may be there once only, a
   * favourite of a record or a list's columns, replaces the one that is there. Throws SAVED_FULL, SAVED_GONE,
   * INPUT_INVALID, and codes of the outbox.
   */
  put({ item, title, body }: ParsedInput<'saved.put'>): Promise<RouteOutput<'saved.put'>> {
    return this.queue(async () => {
      const rows = await this.rows();
      const known = item === null ? rows.find((row) => isSame(bodyOf(row), body)) : undefined;
      const before = item === null ? known : rows.find((row) => row.item === item);
      if (item !== null && before?.kind !== body.kind) throw new AppError('SAVED_GONE');
      if (before === undefined && rows.length >= SAVED_LIMITS.items)
        throw new AppError('SAVED_FULL', { limit: SAVED_LIMITS.items });
      const { kind, ...content } = body;
      const text = canonicalJson(content);
      if (text.length > SAVED_LIMITS.body) throw new AppError('INPUT_INVALID', { field: 'body' });
      const id = before?.item ?? ulid(this.parts.nowMs(), randomBytes(10));
      if (before?.title !== title || before.body !== text)
        await this.tell({ item: id, kind, title, body: text });
      return { item: id };
    });
  }

  /** Throws SAVED_GONE, and codes of the outbox. */
  remove(item: string): Promise<void> {
    return this.queue(async () => {
      const before = (await this.rows()).find((row) => row.item === item);
      if (before === undefined) throw new AppError('SAVED_GONE');
      await this.tell({ item, kind: before.kind, title: before.title, body: '' });
    });
  }

  /** Takes what the person saved on other devices; at most every five minutes. Throws codes of the line. */
  async pull(line: Line, signal: AbortSignal): Promise<void> {
    const { sessions, nowMs } = this.parts;
    const session = sessions.current;
    if (session === null || !session.keys.has('deviceBox')) return;
    if (nowMs() - this.askedMs < EVERY_MS) return;
    for (let pages = 0, isMore = true; isMore && pages < MAX_PAGES; pages++)
      isMore = await this.queue(() => this.pullPage(session, line, signal));
    this.askedMs = nowMs();
  }

  /** True when another page may follow. */
  private async pullPage(session: OpenSession, line: Line, signal: AbortSignal): Promise<boolean> {
    const { store } = this.parts;
    const { userId } = session.view;
    const { mark } = await store.call('savedList', { userId });
    const query = new URLSearchParams({ user: userId, after: String(mark) });
    const ask = { path: `${PATHS.savedItems}?${query.toString()}`, signal };
    const answer = SavedItemsAnswerSchema.safeParse(await line.json(ask, MAX_ANSWER_BYTES));
    if (!answer.success) throw new AppError('SYNC_PROTOCOL', {}, 'saved items answer');
    const { box, head = null } = answer.data;
    const changes = box === null ? [] : await openChanges(session, box);
    const taken = await store.call('savedTake', { userId, changes, head });
    return taken.mark !== mark;
  }

  private async tell(row: Pick<SavedRow, 'item' | 'kind' | 'title' | 'body'>): Promise<void> {
    const { outbox, sessions } = this.parts;
    const { userId } = sessions.demand().view;
    const payload = { ...row, isDeleted: row.body === '' };
    await outbox.tell('saved-item', payload, { saved: { ...row, userId } });
  }

  private async rows(): Promise<readonly SavedRow[]> {
    const { userId } = this.parts.sessions.demand().view;
    return (await this.parts.store.call('savedList', { userId })).rows;
  }

  private queue<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.turn.then(act);
    this.turn = turn.catch(() => undefined);
    return turn;
  }
}

/** What a row says; undefined for one of a newer program. */
function bodyOf({ kind, body }: Pick<SavedRow, 'kind' | 'body'>): SavedBody | undefined {
  try {
    return SavedBodySchema.safeParse({ ...JSON.parse(body), kind }).data;
  } catch {
    return undefined;
  }
}

/** A favourite of the same record, columns of the same list, the very same search. */
function isSame(a: SavedBody | undefined, b: SavedBody): boolean {
  if (a?.kind === 'favourite' && b.kind === 'favourite')
    return a.subject === b.subject && a.id === b.id;
  if (a?.kind === 'columns' && b.kind === 'columns') return a.list === b.list;
  return a !== undefined && canonicalJson(a) === canonicalJson(b);
}

async function openChanges(session: OpenSession, box: string): Promise<Changes> {
  const context = savedItemsContext(session.office.deviceId, session.view.userId);
  const bytes = await openDeviceBox(session, Buffer.from(box, 'base64'), context);
  const parsed =
    bytes === null
      ? undefined
      : ChangesSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  if (parsed?.success !== true) throw new AppError('SYNC_PROTOCOL', {}, 'saved items box');
  return parsed.data.changes;
}
