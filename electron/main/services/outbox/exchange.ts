import { AppError, type ErrorCode } from '../../../../shared/errors/app-error';
import { PATHS } from '../../../../shared/protocol/endpoints';
import {
  OutboxAnswerSchema,
  type OutboxCommand,
  OutboxHistorySchema,
} from '../../../../shared/protocol/outbox';
import {
  ReceiptStatementSchema,
  type SignedStatement,
} from '../../../../shared/protocol/signed-statement';
import type { OutboxReceipt, OutboxState, OutboxVerdict } from '../../../store/outbox-protocol';
import type { StoreCaller } from '../../clients/store-client';
import type { ServiceLog } from '../ports';
import type { Line } from '../sync/line';
import { publicOf } from '../unlock/device-keys';
import type { OfficeFile } from '../unlock/office-file';
import type { OpenSession } from '../unlock/session';
import { StatementChecks } from '../unlock/statement-checks';
import type { BatchSize } from './batch-size';

/** Commands of one request. */
const AT_ONCE = 20;
/** What fails sooner than this was not too large for the line. */
const SLOW_MS = 2_000;
const MAX_ANSWER_BYTES = 256 * 1024;
const MAX_HISTORY_BYTES = 16 * 1024 * 1024;

export interface ExchangeParts {
  readonly line: Pick<Line, 'json' | 'pace' | 'timing'>;
  readonly store: StoreCaller;
  readonly session: OpenSession;
  readonly log: ServiceLog;
  readonly signal: AbortSignal;
}

interface Sent {
  readonly state: OutboxState;
  readonly said: readonly { readonly verdict: string }[];
  readonly receipt: OutboxReceipt;
}

/** A request under way that did not come to its end. */
const BROKEN: readonly ErrorCode[] = ['SYNC_INTERRUPTED', 'SYNC_TOO_SLOW'];

/**
 * One sending of what waits: commands in order until none is left, each answer kept before the next request.
 * Where device and server turn out to have different histories it does what can be done without a person:
 * takes back what a restored journal lacks, sends again what a restored server lacks, and else stops; the
 * alarm is in the store.
 */
export class Exchange {
  private hasTakenBack = false;

  constructor(
    private readonly parts: ExchangeParts,
    private readonly size: BatchSize,
  ) {}

  /** Sends what waits; with nothing waiting, asks for the receipt alone. Throws codes of the line. */
  async run(): Promise<void> {
    const { log } = this.parts;
    let from: number | null = null;
    for (;;) {
      const commands = await this.nextCommands(from);
      const answer = await this.sendSized(commands);
      // Too large for the line: fewer at once.
      if (answer === null) continue;
      const { state, said, receipt } = answer;
      const { alarm } = state;
      if (alarm?.kind === 'ahead' && !this.hasTakenBack) {
        this.hasTakenBack = true;
        await this.takeBack(state.last?.dseq ?? 0, receipt.dseq);
        from = null;
        continue;
      }
      if (alarm !== null && alarm.kind !== 'server-behind') {
        log.error('outbox histories differ', { alarm: alarm.kind, dseq: alarm.dseq });
        return;
      }
      const last = state.last?.dseq ?? 0;
      if (alarm !== null || said.some(({ verdict }) => verdict === 'gap')) {
        // The server lost what it had (a restored database): it gets everything from there again.
        const next: number = receipt.dseq + 1;
        if (from !== null && next <= from) throw new AppError('SYNC_PROTOCOL', {}, 'outbox gap');
        log.warn('server expects older commands', { next });
        from = next;
      } else if (from !== null) {
        from = (commands.at(-1)?.dseq ?? last) + 1;
      }
      const isDone = from === null ? state.pending === 0 : from > last;
      if (isDone) return;
    }
  }

  private async nextCommands(from: number | null): Promise<readonly OutboxCommand[]> {
    const found = await this.parts.store.call('outboxPending', { from, limit: AT_ONCE });
    const most = this.size.most(this.parts.line.pace.bytesPerSecond);
    let characters = 0;
    const within = found.findIndex(({ payload }, at) => {
      characters += payload.length;
      return at > 0 && characters > most;
    });
    return within < 0 ? found : found.slice(0, within);
  }

  /** Null where the line did not carry so many at once, and fewer may arrive. */
  private async sendSized(commands: readonly OutboxCommand[]): Promise<Sent | null> {
    const { line, signal } = this.parts;
    const characters = charactersOf(commands);
    const startedMs = line.timing.nowMs();
    const passedMs = () => Math.max(0, line.timing.nowMs() - startedMs);
    try {
      const sent = await this.send(commands);
      this.size.arrived(characters, passedMs());
      return sent;
    } catch (error) {
      if (signal.aborted || !(error instanceof AppError)) throw error;
      const isSlow = passedMs() >= SLOW_MS;
      const isOfPace = BROKEN.includes(error.code) || (error.code === 'SYNC_UNREACHABLE' && isSlow);
      if (isOfPace) this.size.failed(characters);
      if (!isOfPace || !isSlow || commands.length <= 1) throw error;
      return null;
    }
  }

  private async send(commands: readonly OutboxCommand[]): Promise<Sent> {
    const { line, store, signal } = this.parts;
    const held = (await store.call('outboxState', {})).receipt;
    const body = {
      commands,
      ...(held === null ? {} : { receipt: JSON.parse(held.statement) as SignedStatement }),
    };
    // Numbered and chained: what is there already is answered with its verdict.
    const sent = { method: 'POST', isRepeatable: true, path: PATHS.outbox } as const;
    const ask = { ...sent, body, signal, priority: 'up' } as const;
    const answer = OutboxAnswerSchema.safeParse(await line.json(ask, MAX_ANSWER_BYTES));
    if (!answer.success || answer.data.verdicts.length !== commands.length)
      throw new AppError('SYNC_PROTOCOL', {}, 'outbox answer');
    const receipt = await openReceipt(this.parts.session.office, answer.data.receipt);
    const own = new Set(commands.map(({ dseq }) => dseq));
    const verdicts = answer.data.verdicts.flatMap(
      ({ dseq, verdict, reason = null }): OutboxVerdict[] =>
        verdict === 'gap' || !own.has(dseq) ? [] : [{ dseq, verdict, reason }],
    );
    const state = await store.call('outboxVerdicts', { verdicts, receipt });
    return { state, said: answer.data.verdicts, receipt };
  }

  /** A journal that is older than the server's knowledge gets its own commands back. */
  private async takeBack(after: number, until: number): Promise<void> {
    const { line, store, session, signal, log } = this.parts;
    const signKey = session.keys.peek('deviceSign');
    if (signKey === undefined) return;
    for (let from = after + 1; from <= until; ) {
      const ask = { path: `${PATHS.outbox}?from=${from}`, signal, priority: 'up' } as const;
      const answer = OutboxHistorySchema.safeParse(await line.json(ask, MAX_HISTORY_BYTES));
      if (!answer.success) throw new AppError('SYNC_PROTOCOL', {}, 'outbox history');
      const entries = answer.data.commands;
      if (entries.length === 0) return;
      try {
        await store.call('outboxAdopt', { entries, signKey: publicOf(signKey) });
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'OUTBOX_DIFFERS') throw error;
        // Not our history: the alarm stays.
        log.error('outbox history refused', { from });
        return;
      }
      from += entries.length;
    }
  }
}

function charactersOf(commands: readonly OutboxCommand[]): number {
  return commands.reduce((sum, { payload }) => sum + payload.length, 0);
}

/** The server's signed word of how far it has the outbox. Throws SYNC_SIGNATURE_BAD for any other. */
export async function openReceipt(office: OfficeFile, envelope: unknown): Promise<OutboxReceipt> {
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  const opened = await checks.openTimeless(envelope, ReceiptStatementSchema);
  if (!opened.ok || opened.value.device !== office.deviceId)
    throw new AppError('SYNC_SIGNATURE_BAD', {}, 'outbox receipt');
  const { dseq, head, atMs } = opened.value;
  return { dseq, head, atMs, statement: JSON.stringify(envelope) };
}
