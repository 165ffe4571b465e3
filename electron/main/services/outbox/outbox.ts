import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import type { RouteOutput } from '../../../../shared/ipc/contract';
import { ulid } from '../../../../shared/kernel/ids';
import {
  type CommandKind,
  type CommandPayload,
  type DeviceAct,
  UNATTENDED_KINDS,
} from '../../../../shared/protocol/commands';
import type { OutboxAnswerSchema } from '../../../../shared/protocol/outbox';
import type { KeyRing } from '../../../crypto/key-ring';
import type { OutboxState, OutboxVerdict, WorkItem } from '../../../store/outbox-protocol';
import type { AuditInput, ExportLedgerEntry } from '../../../store/protocol';
import type { SavedWrite } from '../../../store/saved-protocol';
import type { StoreCaller } from '../../clients/store-client';
import type { NowMs, ServiceLog } from '../ports';
import type { Line } from '../sync/line';
import { publicOf } from '../unlock/device-keys';
import type { OpenSession, SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { AuditPages } from './audit-pages';
import { BatchSize } from './batch-size';
import { takeDecisions } from './decided';
import { Exchange, openReceipt } from './exchange';
import { loggedPart } from './logged-part';
import { openWords, sealWords, wordsPlace } from './private-words';
import { rewritten } from './rewritten';
import { sealCommand } from './seal-command';
import { outboxView } from './view';

/** The receipt is asked for this often even when nothing waits: a server that lost something is found out. */
const RECEIPT_EVERY_MS = 30 * 60_000;

export interface OutboxParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly log: ServiceLog;
  readonly nowMs: NowMs;
  /** The copy outside the office (dataPaths). */
  readonly mirrorPath: string;
  /** Copies the sealed reports to where the person says, after `before`; false when cancelled. */
  handOut(path: string, name: string, before: () => Promise<void>): Promise<boolean>;
  /** A command was added, or a work item was dealt with. */
  onAppended(): void;
}

/** What goes with a command beside what it says. */
interface TellOptions {
  /** ULID; the same again does nothing. Default: a new one. */
  readonly key?: string;
  /** Revision of the row that it is about. */
  readonly base?: number | undefined;
  /** The open work item that it replaces. */
  readonly settles?: number;
  /** A fact of the journal that becomes true with it. */
  readonly fact?: { readonly name: string; readonly value: string };
  /** The export that it is about: its line in the ledger comes with it. */
  readonly ledger?: ExportLedgerEntry;
  /** The person's saved item as it is from now on. */
  readonly saved?: SavedWrite;
  /** The audit entry in place of the usual one; the command's number is added. */
  readonly audit?: AuditInput;
  /** Called before the store gets it: what fails from here on may have happened all the same. */
  readonly onAppend?: () => void;
}

const NOT_QUEUED = 'pages of the audit log not queued';

/**
 * What the device has to tell the server. A command is sealed to the server's key, signed and chained
 * here, kept by the store (journal and its copy outside the office), and sent whenever there is a line.
 */
export class OutboxService implements SessionListener {
  private turn: Promise<unknown> = Promise.resolve();
  private sending: Promise<void> | null = null;
  private askedMs = 0;
  private readonly size = new BatchSize();
  private readonly audit: AuditPages;

  constructor(private readonly parts: OutboxParts) {
    this.audit = new AuditPages(
      parts.store,
      parts.nowMs,
      (page, fact) => this.tell('audit-page', page, { fact }),
      (said) => this.tell('audit-renewal', said),
    );
  }

  /** Brings journal and copy in step. A copy that does not fit is told when something is to be added. */
  async opened(session: OpenSession): Promise<void> {
    const { store, log, mirrorPath } = this.parts;
    this.askedMs = 0;
    this.audit.begin();
    const key = session.keys.peek('deviceSign');
    // The auditor holds no signature key and so reports nothing.
    if (key === undefined) return;
    const state = await store.call('outboxOpen', { mirrorPath, signKey: publicOf(key) });
    if (state.mirror !== 'kept') log.error('outbox copy differs', { mirror: state.mirror });
    await this.sealFormer(session);
  }

  /** What programs of before left readable for whoever has the journal's key; a disk that refuses is asked again at the next opening. */
  private async sealFormer({ keys }: OpenSession): Promise<void> {
    if (!keys.has('region')) return;
    const { store, log } = this.parts;
    try {
      for (let reached = 0; ; ) {
        const plain = (await store.call('outboxPlainWords', {})).filter(
          ({ dseq }) => dseq > reached,
        );
        const last = plain.at(-1);
        if (last === undefined) {
          if (reached > 0) await store.call('outboxSealWords', { rows: [] });
          return;
        }
        const rows = plain.map(({ dseq, kind, payload }) => ({
          ...{ dseq, before: payload },
          sealed: sealWords(keys, wordsPlace(dseq, kind), payload),
        }));
        await store.call('outboxSealWords', { rows });
        reached = last.dseq;
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.error('words of before not sealed', { reason: error.code });
    }
  }

  /** What is being recorded is recorded; what is being sent ends with its line. */
  async closing(): Promise<void> {
    await this.turn;
  }

  state(): Promise<OutboxState> {
    return this.parts.store.call('outboxState', {});
  }

  /** Records an act on the device itself; see `tell`. */
  tellAct(act: DeviceAct, key: string): Promise<OutboxState> {
    return this.tell('device-act', act, { key });
  }

  /**
   * Queues the audit log's entries so far, before a stick takes what waits. Where that fails (a copy that differs, a full
   * disk) they stay in the log, which is noted: what is signed already goes up all the same.
   */
  async queueAudit(): Promise<void> {
    await this.queuePages(() => this.audit.queueNow());
  }

  private async queuePages(queue: () => Promise<void>): Promise<void> {
    const { sessions, log } = this.parts;
    if (!sessions.demand().keys.has('deviceSign')) return;
    try {
      await queue();
    } catch (error) {
      if (sessions.current === null) throw error;
      // A full disk or a copy that differs is the machine's matter, anything else a defect of ours.
      if (error instanceof AppError) log.warn(NOT_QUEUED, { reason: error.code });
      else log.error(NOT_QUEUED, { reason: String(error) });
    }
  }

  /** Takes verdicts and receipt that came by a stick, as the line's would be. Throws SYNC_SIGNATURE_BAD. */
  async takeAnswer(answer: z.infer<typeof OutboxAnswerSchema>): Promise<OutboxState> {
    const receipt = await openReceipt(this.parts.sessions.demand().office, answer.receipt);
    const verdicts = answer.verdicts.flatMap(({ dseq, verdict, reason = null }): OutboxVerdict[] =>
      verdict === 'gap' ? [] : [{ dseq, verdict, reason }],
    );
    const state = await this.parts.store.call('outboxVerdicts', { verdicts, receipt });
    this.parts.onAppended();
    return state;
  }

  /**
   * Records a command, with its audit entry in the same transaction. Resolves when journal and copy are on
   * the disk; the same `key` (ULID) again does nothing. Throws LOCKED, FORBIDDEN for roles without the
   * signature key, INPUT_INVALID, OUTBOX_DIFFERS, OUTBOX_ITEM_SETTLED, DISK_FULL.
   */
  tell<K extends CommandKind>(
    kind: K,
    payload: CommandPayload<K>,
    options: TellOptions = {},
  ): Promise<OutboxState> {
    return this.queue(() => this.append(kind, payload, options));
  }

  /**
   * Sends what waits, in order; verdicts and the server's receipt are kept. With nothing waiting the server
   * is asked for its receipt only now and then. Throws codes of the line.
   */
  send(line: Line, signal: AbortSignal): Promise<void> {
    this.sending ??= this.sendAll(line, signal).finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  /** As `send`, and the server says anew how far it has the outbox: what it lost it gets again. Throws codes of the line. */
  async confirm(line: Line, signal: AbortSignal): Promise<void> {
    await this.sending?.catch(() => undefined);
    this.askedMs = 0;
    await this.send(line, signal);
  }

  async view(): Promise<RouteOutput<'outbox.view'>> {
    const { userId } = this.parts.sessions.demand().view;
    return outboxView(await this.state(), await this.items(), userId);
  }

  /**
   * Copies the sealed reports to where the person says: what waits and what was refused, readable at the
   * centre alone, where the file can be handed in any number of times. In the log before it is there. False when the
   * person cancelled.
   */
  exportSealed(): Promise<boolean> {
    const { store, sessions, mirrorPath, handOut } = this.parts;
    const { office, view } = sessions.demand();
    const payload = { route: 'outbox.export' };
    return handOut(mirrorPath, `outbox-${office.deviceId}.sealed`, async () => {
      await store.call('auditAppend', { kind: 'outbox', actor: view.userId, payload });
    });
  }

  /** Open work items that the person at the desk may see: the own ones, the office's for its head. */
  private async items(): Promise<readonly WorkItem[]> {
    const { view, keys } = this.parts.sessions.demand();
    const actor = view.role === 'head' ? null : view.userId;
    const items = await this.parts.store.call('outboxItems', { actor });
    return items.map((item) => this.readable(keys, item));
  }

  /** With what was written, where it can be read: altered words are none, and the item stays. */
  private readable(keys: KeyRing, item: WorkItem): WorkItem {
    const { dseq, kind, payload } = item;
    if (payload === null) return item;
    const words = openWords(keys, wordsPlace(dseq, kind), payload);
    if (words === undefined && keys.has('region'))
      this.parts.log.error('words of a command do not open', { dseq, kind });
    return { ...item, payload: words ?? null };
  }

  /**
   * Sends a refused command anew, with `texts` in place of what was written in those fields. Throws
   * OUTBOX_ITEM_SETTLED, INPUT_INVALID for a field that is none of its kind's.
   */
  async resend(dseq: number, texts: Readonly<Record<string, string>>): Promise<OutboxState> {
    const item = await this.itemOf(dseq);
    const { kind, payload } = rewritten(item, texts);
    return this.tell(kind, payload as never, { base: item.base ?? undefined, settles: dseq });
  }

  /** Puts a refused command aside; the note is in the audit log. Throws OUTBOX_ITEM_SETTLED. */
  async dismiss(dseq: number, note: string): Promise<OutboxState> {
    await this.itemOf(dseq);
    const actor = this.parts.sessions.demand().view.userId;
    const state = await this.parts.store.call('outboxDismiss', { dseq, actor, note });
    this.parts.onAppended();
    return state;
  }

  private async itemOf(dseq: number): Promise<WorkItem> {
    const item = (await this.items()).find((one) => one.dseq === dseq);
    const isOpen = item?.verdict === 'rejected';
    if (!isOpen) throw new AppError('OUTBOX_ITEM_SETTLED');
    return item;
  }

  private async append(
    kind: CommandKind,
    payload: object,
    { key, base, settles, fact, ledger, saved, audit, onAppend }: TellOptions,
  ): Promise<OutboxState> {
    const { store, sessions, nowMs } = this.parts;
    const session = sessions.demand();
    const atMs = nowMs();
    const { last } = await this.state();
    const made = { kind, payload, base, atMs, key: key ?? ulid(atMs, randomBytes(10)) };
    const { command, content } = await sealCommand(session, last, made);
    const { dseq } = command;
    const { userId } = session.view;
    onAppend?.();
    const state = await store.call('outboxAppend', {
      command,
      // An entry about each page of entries would never come to an end.
      audit:
        kind === 'audit-page'
          ? null
          : {
              kind: audit?.kind ?? kind,
              actor: audit?.actor ?? userId,
              payload: { ...(audit?.payload ?? loggedPart(kind, content)), dseq },
            },
      ...draftOf(session.keys, dseq, kind, payload, content),
      ...(settles === undefined ? {} : { settles }),
      ...(fact === undefined ? {} : { fact }),
      ...(ledger === undefined ? {} : { ledger }),
      ...(saved === undefined ? {} : { saved }),
    });
    this.parts.onAppended();
    return state;
  }

  private async sendAll(line: Line, signal: AbortSignal): Promise<void> {
    const { store, log, sessions, nowMs } = this.parts;
    const session = sessions.demand();
    await this.queuePages(() => this.audit.queueWhenDue());
    const state = await this.state();
    const isDue = nowMs() - this.askedMs >= RECEIPT_EVERY_MS;
    if (state.pending === 0 && !isDue && state.alarm === null)
      return takeDecisions({ line, store, log, signal });
    await new Exchange({ line, store, session, log, signal }, this.size).run();
    await takeDecisions({ line, store, log, signal });
    this.askedMs = nowMs();
  }

  private queue<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.turn.then(act);
    this.turn = turn.catch(() => undefined);
    return turn;
  }
}

/**
 * What stays here until the centre has it: what a person wrote, for the working roles alone, and of a page of the log which
 * entries, and what is said of its chain, which the store reads.
 */
function draftOf(
  keys: KeyRing,
  dseq: number,
  kind: CommandKind,
  payload: object,
  content: string,
): { readonly draft?: string } {
  if (kind === 'audit-page') {
    const { from, entries } = payload as CommandPayload<'audit-page'>;
    return { draft: JSON.stringify({ from, until: from + entries.length - 1 }) };
  }
  if (kind === 'audit-renewal') return { draft: content };
  if (UNATTENDED_KINDS.has(kind)) return {};
  return { draft: sealWords(keys, wordsPlace(dseq, kind), content) };
}
