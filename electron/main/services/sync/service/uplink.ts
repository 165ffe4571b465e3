import { randomUUID } from 'node:crypto';
import type { AppError, ErrorCode } from '../../../../../shared/errors/app-error';
import type { Connection } from '../connection-watch';
import type { ServerAccess } from '../server-access';
import type { RunNotes } from './run-notes';
import type { SyncParts } from './sync-parts';

const OUTBOX_TIMEOUT_MS = 10 * 60_000;

interface Live {
  readonly notes: RunNotes;
  nowMs(): number;
  /** The line of the session, while there is one. */
  access(): ServerAccess | null;
  connection(): Connection;
  tellChanged(): Promise<void>;
}

/** What waits goes up beside what comes down. */
export class Uplink {
  private sending: Promise<unknown> = Promise.resolve();
  /** How what goes up failed last; null since it went up. */
  private failure: ErrorCode | null = null;

  constructor(
    private readonly parts: Pick<SyncParts, 'outbox' | 'isEmergency' | 'policy'>,
    private readonly live: Live,
  ) {}

  /** A new session: how the former one ended counts no more. */
  begin(): void {
    this.failure = null;
  }

  /** Resolves when what waited is sent or stays. */
  async settled(): Promise<void> {
    await this.sending;
  }

  goUp(takesBulk: boolean): void {
    const sent = this.sendOutbox(takesBulk).then(() => this.live.tellChanged());
    this.sending = Promise.all([this.sending, sent]);
  }

  /** Sends what waits, beside what comes down; a refusal of it does not keep data away. Never rejects. */
  private async sendOutbox(takesBulk: boolean): Promise<void> {
    const signal = AbortSignal.timeout(OUTBOX_TIMEOUT_MS);
    const access = this.live.access();
    // The emergency reader holds no outbox: what waits is sent when the journal opens again.
    if (access === null || this.live.connection() !== 'online' || this.parts.isEmergency()) return;
    // Paused, orders alone come over the line.
    if (this.parts.policy().isPaused) return;
    const startedMs = this.live.nowMs();
    let failure: AppError | null = null;
    try {
      await this.parts.outbox.send(access.line, signal, takesBulk);
    } catch (error) {
      if (signal.aborted || access !== this.live.access()) return;
      failure = this.live.notes.failureOf(error);
    }
    await this.ended(startedMs, failure);
  }

  /** What does not go up is shown among the runs: once, until it goes up again or fails otherwise. */
  private async ended(startedMs: number, failure: AppError | null): Promise<void> {
    const before = this.failure;
    this.failure = failure?.code ?? null;
    const isGone = failure?.code === 'SYNC_UNREACHABLE' && this.live.connection() !== 'online';
    if (failure === null || failure.code === before || isGone) return;
    const nothing = { rows: 0, isFirst: false, awaiting: null };
    await this.live.notes.keep(randomUUID(), startedMs, nothing, failure, {
      isFirst: false,
      carriedBytes: 0,
    });
  }
}
