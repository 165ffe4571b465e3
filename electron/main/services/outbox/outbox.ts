import { webcrypto } from 'node:crypto';
import type { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import { utf8Bytes } from '../../../../shared/kernel/bytes';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { outboxContext, PATHS } from '../../../../shared/protocol/endpoints';
import {
  type DeviceAct,
  DeviceActSchema,
  OutboxAnswerSchema,
  type OutboxCommand,
  OutboxCommandSchema,
  signedBytes,
} from '../../../../shared/protocol/outbox';
import { type BoxSubtle, sealBox } from '../../../../shared/protocol/sealed-box';
import { ReceiptStatementSchema } from '../../../../shared/protocol/signed-statement';
import type { OutboxReceipt, OutboxState, OutboxVerdict } from '../../../store/outbox-protocol';
import type { StoreCaller } from '../../clients/store-client';
import type { NowMs, ServiceLog } from '../ports';
import type { Line } from '../sync/line';
import { publicOf, signEs256 } from '../unlock/device-keys';
import type { OpenSession, SessionHolder } from '../unlock/session';
import { StatementChecks } from '../unlock/statement-checks';
import type { SessionListener } from '../unlock/unlock';
import { outboxBoxKey } from './box-key';

/** Commands of one request; a command is at most 2 MB. */
const AT_ONCE = 20;
const MAX_ANSWER_BYTES = 256 * 1024;

export interface OutboxParts {
  readonly store: StoreCaller;
  readonly sessions: SessionHolder;
  readonly log: ServiceLog;
  readonly nowMs: NowMs;
  /** The copy outside the office (dataPaths). */
  readonly mirrorPath: string;
  /** A command was added. */
  onAppended(): void;
}

/**
 * What the device has to tell the server. A command is sealed to the server's key, signed and chained
 * here, kept by the store (journal and its copy outside the office), and sent whenever there is a line.
 */
export class OutboxService implements SessionListener {
  private turn: Promise<unknown> = Promise.resolve();
  private sending: Promise<void> | null = null;

  constructor(private readonly parts: OutboxParts) {}

  /** Brings journal and copy in step. A copy that does not fit is told when something is to be added. */
  async opened(session: OpenSession): Promise<void> {
    const { store, log, mirrorPath } = this.parts;
    const key = session.keys.peek('deviceSign');
    // The auditor holds no signature key and so reports nothing.
    if (key === undefined) return;
    const state = await store.call('outboxOpen', { mirrorPath, signKey: publicOf(key) });
    if (state.mirror !== 'kept') log.error('outbox copy differs', { mirror: state.mirror });
  }

  /** What is being recorded is recorded; what is being sent ends with its line. */
  async closing(): Promise<void> {
    await this.turn;
  }

  state(): Promise<OutboxState> {
    return this.parts.store.call('outboxState', {});
  }

  /**
   * Records an act on the device itself, with an audit entry `device-act` in the same transaction.
   * Resolves when journal and copy are on the disk; the same `key` (ULID) again does nothing. Throws LOCKED, FORBIDDEN for roles without the
   * signature key, OUTBOX_DIFFERS, DISK_FULL.
   */
  tellAct(act: DeviceAct, key: string): Promise<OutboxState> {
    const payload = DeviceActSchema.parse(act);
    return this.queue(() => this.append('device-act', payload, key));
  }

  /** Takes verdicts and receipt that came by a stick, as the line's would be. Throws SYNC_SIGNATURE_BAD. */
  async takeAnswer(answer: z.infer<typeof OutboxAnswerSchema>): Promise<OutboxState> {
    const receipt = await this.receiptOf(answer.receipt);
    const verdicts = answer.verdicts.flatMap(({ dseq, verdict, reason = null }): OutboxVerdict[] =>
      verdict === 'gap' ? [] : [{ dseq, verdict, reason }],
    );
    const state = await this.parts.store.call('outboxVerdicts', { verdicts, receipt });
    this.parts.onAppended();
    return state;
  }

  /** Sends what waits, in order; verdicts and the server's receipt are kept. Throws codes of the line. */
  send(line: Line, signal: AbortSignal): Promise<void> {
    this.sending ??= this.sendAll(line, signal).finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  private async append(
    kind: OutboxCommand['kind'],
    payload: object,
    key: string,
  ): Promise<OutboxState> {
    const { store, sessions, nowMs } = this.parts;
    const { office, keys, view } = sessions.demand();
    const signKey = keys.peek('deviceSign');
    if (signKey === undefined) throw new AppError('FORBIDDEN', {}, 'no signature key');
    const { last } = await this.state();
    const { deviceId: device } = office;
    const dseq = (last?.dseq ?? 0) + 1;
    const sealed = await sealBox(
      webcrypto.subtle as unknown as BoxSubtle<webcrypto.CryptoKey>,
      outboxBoxKey(office),
      utf8Bytes(canonicalJson(payload)),
      outboxContext(device, dseq),
    );
    const atMs = nowMs();
    const unsigned = {
      device,
      dseq,
      key,
      kind,
      actor: view.userId,
      payload: Buffer.from(sealed).toString('base64'),
      atMs,
      previous: last?.hash ?? null,
      sig: '',
    };
    const sig = signEs256(signKey, signedBytes(unsigned)).toString('base64url');
    const command = OutboxCommandSchema.parse({ ...unsigned, sig });
    const audit = { kind, actor: view.userId, payload: { ...payload, dseq } };
    const state = await store.call('outboxAppend', { command, audit });
    this.parts.onAppended();
    return state;
  }

  private async sendAll(line: Line, signal: AbortSignal): Promise<void> {
    const { store, log } = this.parts;
    const { office } = this.parts.sessions.demand();
    let from: number | null = null;
    for (;;) {
      const commands: readonly OutboxCommand[] = await store.call('outboxPending', {
        from,
        limit: AT_ONCE,
      });
      if (commands.length === 0) return;
      const body = await line.json(
        { method: 'POST', path: PATHS.outbox, body: { commands }, signal },
        MAX_ANSWER_BYTES,
      );
      const answer = OutboxAnswerSchema.safeParse(body);
      if (!answer.success || answer.data.verdicts.length !== commands.length)
        throw new AppError('SYNC_PROTOCOL', {}, 'outbox answer');
      const receipt = await this.receiptOf(answer.data.receipt);
      const own = new Set(commands.map(({ dseq }) => dseq));
      const verdicts = answer.data.verdicts.flatMap(
        ({ dseq, verdict, reason = null }): OutboxVerdict[] =>
          verdict === 'gap' || !own.has(dseq) ? [] : [{ dseq, verdict, reason }],
      );
      await store.call('outboxVerdicts', { verdicts, receipt });
      const gap = answer.data.verdicts.find(({ verdict }) => verdict === 'gap');
      const expected = Number(/^expected (\d+)$/.exec(gap?.reason ?? '')?.[1]);
      if (gap === undefined) {
        from = from === null ? null : (commands.at(-1)?.dseq ?? 0) + 1;
      } else if (from === null && expected < (commands[0]?.dseq ?? 0)) {
        // The server lost what it had (a restored database): it gets everything from there again.
        log.warn('server expects older commands', { expected, office: office.office.code });
        from = expected;
      } else throw new AppError('SYNC_PROTOCOL', {}, `outbox gap: ${gap.reason ?? ''}`);
    }
  }

  /** The server's signed word of how far it has the outbox; null while it has nothing. */
  private async receiptOf(envelope: unknown): Promise<OutboxReceipt | null> {
    const { office } = this.parts.sessions.demand();
    const checks = new StatementChecks(office.ca, office.statementCertificate);
    const opened = await checks.openTimeless(envelope, ReceiptStatementSchema);
    if (!opened.ok || opened.value.device !== office.deviceId)
      throw new AppError('SYNC_SIGNATURE_BAD', {}, 'outbox receipt');
    const { dseq, head, atMs } = opened.value;
    return head === null ? null : { dseq, head, atMs, statement: JSON.stringify(envelope) };
  }

  private queue<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.turn.then(act);
    this.turn = turn.catch(() => undefined);
    return turn;
  }
}
